/** The page's frame: three columns on a desk, two on a tablet, one on a phone. */
import { css } from "lit";

export const appStyles = css`
  :host {
    max-width: 1500px;
    margin: 0 auto;
    padding: 0 1.25rem 2.5rem;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 1.1rem;
    padding: 1rem 0.1rem;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    color: inherit;
    text-decoration: none;
    border-radius: 8px;
  }
  h1 {
    margin: 0;
    font-size: 1.3rem;
    font-weight: 700;
    letter-spacing: -0.025em;
  }
  .tagline {
    flex: 1 1 20rem;
  }
  .links {
    display: flex;
    gap: 0.5rem;
  }
  .pill {
    padding: 0.22rem 0.75rem;
    border-radius: 99px;
    background: var(--sunken);
    color: var(--muted);
    text-decoration: none;
  }
  .pill:hover {
    color: var(--ink);
  }
  main {
    display: grid;
    grid-template-columns: 300px minmax(0, 1fr) 340px;
    gap: 1rem;
    align-items: start;
  }
  .column {
    display: grid;
    gap: 1rem;
    min-width: 0;
  }
  @media (max-width: 1120px) {
    main {
      grid-template-columns: minmax(0, 1fr) 320px;
    }
    .middle {
      grid-column: 1;
      grid-row: 1;
    }
    .right {
      grid-column: 2;
      grid-row: 1 / span 2;
    }
    .left {
      grid-column: 1;
      grid-row: 2;
    }
  }
  @media (max-width: 760px) {
    :host {
      padding: 0 0.75rem 2rem;
    }
    header {
      padding-block: 0.8rem;
      column-gap: 0.5rem;
    }
    .tagline {
      order: 3;
      flex-basis: 100%;
      font-size: 0.88rem;
    }
    .links {
      margin-left: auto;
    }
    .pill {
      padding-inline: 0.6rem;
      font-size: 0.75rem;
    }
    .speed {
      display: none;
    }
    main {
      display: flex;
      flex-direction: column;
      align-items: stretch;
      gap: 0.75rem;
    }
    .column {
      display: contents;
    }
    .stage {
      order: 2;
    }
    .sources {
      order: 1;
    }
    .classes {
      order: 3;
    }
    .concepts,
    .prototypes {
      order: 4;
    }
    .target {
      order: 4;
    }
    .question {
      order: 5;
    }
    .own-segments {
      order: 6;
    }
    .scene {
      order: 6;
    }
    .stories {
      order: 6;
    }
    .findings {
      order: 7;
    }
    .again {
      order: 8;
    }
    .conservation {
      order: 9;
    }
    .about {
      order: 10;
    }
    .network {
      order: 11;
    }
  }
  .drop {
    position: fixed;
    inset: 0.75rem;
    z-index: 30;
    display: grid;
    place-items: center;
    border: 3px dashed var(--accent);
    border-radius: 18px;
    background: color-mix(in oklab, var(--ground) 82%, transparent);
    font-size: 1.3rem;
    font-weight: 600;
    pointer-events: none;
  }
`;
