/** Running text with formulas, from Markdown. */
import { css } from "lit";

export const proseStyles = css`
  .prose {
    font-size: 0.9rem;
    line-height: 1.55;
    max-width: 46rem;
    overflow-wrap: anywhere;
  }
  .prose > * + * {
    margin-top: 0.7rem;
  }
  .prose h3 {
    margin: 1.2rem 0 0;
    font-size: 0.92rem;
    font-weight: 650;
  }
  .prose img {
    width: min(14rem, calc(50% - 0.3rem));
    aspect-ratio: 1;
    border-radius: 8px;
  }
  .prose ul {
    margin-bottom: 0;
    padding-left: 1.2rem;
  }
  .prose li + li {
    margin-top: 0.25rem;
  }
  .prose code {
    font-family: var(--mono);
    font-size: 0.86em;
    background: var(--sunken);
    border-radius: 4px;
    padding: 0.05em 0.3em;
  }
  .prose pre {
    margin-bottom: 0;
    padding: 0.75rem 1rem;
    border-radius: 8px;
    background: var(--sunken);
    white-space: pre-wrap;
  }
  .prose pre code {
    padding: 0;
    background: none;
  }
  .prose .formula {
    font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "STIX Two Text", "DejaVu Serif", Georgia, serif;
    font-size: 1em;
  }
  .prose pre.formula {
    font-size: 1.05rem;
    line-height: 1.7;
  }
  .prose sub,
  .prose sup {
    font-size: 0.72em;
    line-height: 0;
  }
  .prose .table {
    overflow-x: auto;
    overflow-wrap: normal;
  }
  .prose table {
    border-collapse: collapse;
    font-size: 0.85rem;
  }
  .prose th,
  .prose td {
    padding: 0.3rem 0.7rem 0.3rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    min-width: 4rem;
  }
  .prose td:last-child {
    min-width: 14rem;
  }
  .prose td code {
    white-space: nowrap;
  }
  .prose th {
    font-weight: 500;
    color: var(--muted);
  }
`;
