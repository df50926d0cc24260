/** A box in the picture's proportions, as large as the page allows, with canvases stacked in it. */
import { css } from "lit";

export const frameStyles = css`
  .frame {
    position: relative;
    aspect-ratio: var(--w) / var(--h);
    width: min(100%, calc(var(--tall, min(60vh, 640px)) * var(--w) / var(--h)));
    margin: 0 auto;
    border-radius: 10px;
    overflow: hidden;
    background: var(--sunken);
  }
  .frame canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    display: block;
  }
`;
