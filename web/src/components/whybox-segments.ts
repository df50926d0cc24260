/**
 * Superpixels of one's own: a label image from a file, dropped here, or painted in a dialog.
 *
 * @prop picture   what they are of
 * @prop present   those there are, or null
 * @prop answer    superpixels of the present explanation, to begin painting with; or null
 * @fires segments-file   detail: File
 * @fires segments-paint  detail: Picture, one colour for each segment
 * @fires segments-drop
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Segments } from "../client/own-segments";
import type { Picture, Superpixels } from "../../../wasm/whybox";
import { shared } from "../styles/shared";
import { emit } from "./events";
import "./whybox-file-button";
import "./whybox-segment-painter";
import type { WhyboxSegmentPainter } from "./whybox-segment-painter";

@customElement("whybox-segments")
export class WhyboxSegments extends LitElement {
  static override styles = [
    shared,
    css`
      .buttons {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.5rem;
      }
      section.over {
        outline: 2px dashed var(--accent);
      }
      .name {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) picture: Picture | null = null;
  @property({ attribute: false }) present: Segments | null = null;
  @property({ attribute: false }) answer: Superpixels | null = null;
  @state() private over = false;
  @query("whybox-segment-painter") private painter!: WhyboxSegmentPainter;

  private takeFiles(files: Iterable<File>): void {
    const [file] = files;
    if (file !== undefined) emit(this, "segments-file", file);
  }

  /** A picture dropped here is a label image, not another picture. */
  private dropped = (event: DragEvent): void => {
    this.over = false;
    const files = event.dataTransfer?.files;
    if (files === undefined || files.length === 0) return;
    event.preventDefault();
    this.takeFiles(files);
  };

  private dragged = (event: DragEvent): void => {
    this.over = event.type === "dragover";
    event.preventDefault();
  };

  private status() {
    const { present } = this;
    if (present === null)
      return html`<p class="small muted">A PNG of the picture's proportions, in which every colour is one superpixel; or paint them.</p>`;
    return html`<p class="small row spread name" data-role="segments">
      <span>${present.count} segments, ${present.name}</span>
      <button type="button" class="plain small" @click=${() => emit(this, "segments-drop")}>Remove</button>
    </p>`;
  }

  override render() {
    return html`<section
        class="card ${this.over ? "over" : ""}"
        aria-labelledby="title"
        @dragover=${this.dragged}
        @dragleave=${this.dragged}
        @drop=${this.dropped}
      >
        <h2 id="title">Own superpixels</h2>
        <div class="buttons">
          <whybox-file-button
            data-role="segments-file"
            label="Label image…"
            help="A picture with one colour for each superpixel"
            accept="image/png,image/bmp,image/webp,image/gif"
            @files=${(e: CustomEvent<File[]>) => {
              e.stopPropagation();
              this.takeFiles(e.detail);
            }}
          ></whybox-file-button>
          <button type="button" ?disabled=${this.picture === null} @click=${() => this.painter.open()}>Paint…</button>
        </div>
        ${this.status()}
      </section>
      ${this.picture === null ? nothing : html`<whybox-segment-painter .picture=${this.picture} .cut=${this.answer}></whybox-segment-painter>`}`;
  }
}
