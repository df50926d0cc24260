/** What all components look like: cards, buttons, fields. */
import { css } from "lit";

export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    min-width: 0;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h2 {
    margin: 0;
    font-size: 0.95rem;
    font-weight: 650;
    letter-spacing: -0.005em;
  }
  p {
    margin: 0;
  }
  a {
    color: var(--accent);
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    padding: 1rem 1.1rem 1.1rem;
    display: grid;
    gap: 0.8rem;
    min-width: 0;
  }
  .card > * {
    min-width: 0;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
  .spread {
    justify-content: space-between;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.82rem;
    line-height: 1.45;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  select,
  input,
  textarea,
  .button {
    font: inherit;
    font-size: 0.88rem;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-height: 2.15rem;
    padding: 0.25rem 0.8rem;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--surface);
    cursor: pointer;
    transition:
      background 0.12s,
      border-color 0.12s;
  }
  button:hover:not(:disabled),
  .button:hover {
    border-color: var(--line-strong);
    background: var(--sunken);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--accent-ink);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in oklab, var(--accent) 88%, var(--ink));
  }
  button.plain {
    border-color: transparent;
    background: none;
    color: var(--accent);
    padding-inline: 0.35rem;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  select,
  input[type="number"],
  input[type="url"],
  input[type="text"],
  textarea {
    min-height: 2.15rem;
    padding: 0.25rem 0.6rem;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--surface);
    min-width: 0;
    max-width: 100%;
  }
  select {
    width: 100%;
    text-overflow: ellipsis;
  }
  input[type="range"] {
    width: 100%;
    margin: 0;
    accent-color: var(--accent);
    height: 1.4rem;
  }
  input[type="checkbox"],
  input[type="radio"] {
    accent-color: var(--accent);
    width: 1rem;
    height: 1rem;
    margin: 0;
    flex: none;
  }
  label.check {
    display: inline-flex;
    align-items: center;
    gap: 0.45rem;
    font-size: 0.88rem;
    min-height: 1.6rem;
    cursor: pointer;
  }
  .segments {
    display: inline-flex;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: var(--sunken);
    padding: 2px;
    gap: 2px;
    max-width: 100%;
  }
  .segments label {
    position: relative;
    padding: 0.22rem 0.7rem;
    border-radius: 7px;
    font-size: 0.85rem;
    text-align: center;
    cursor: pointer;
    color: var(--muted);
    flex: 1;
    white-space: nowrap;
  }
  .segments input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .segments label:has(:checked) {
    background: var(--surface);
    color: var(--ink);
    box-shadow: 0 1px 2px rgb(0 0 0 / 14%);
  }
  .segments label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  details > summary {
    cursor: pointer;
    color: var(--muted);
    font-size: 0.88rem;
    border-radius: 6px;
  }
  details > summary:hover {
    color: var(--ink);
  }
  details[open] > summary {
    margin-bottom: 0.6rem;
  }
  dl.facts {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.2rem 0.9rem;
    margin: 0;
    font-size: 0.85rem;
  }
  dl.facts dt {
    color: var(--muted);
  }
  dl.facts dd {
    margin: 0;
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
`;
