/**
 * A picture from the camera, in a dialog. Call `open()`.
 *
 * @fires snapshot  detail: Blob
 * @fires problem   detail: a sentence
 */
import { css, html, LitElement } from "lit";
import { customElement, query } from "lit/decorators.js";
import { shared } from "../styles/shared";
import { emit } from "./events";

/** What the browser's error names mean to a person. */
function problem(error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotFoundError":
    case "OverconstrainedError":
      return "No camera was found. Connect one, or open a picture from a file.";
    case "NotAllowedError":
    case "SecurityError":
      return "The camera may not be used: this page was not given permission. Allow it in the address bar, or open a picture from a file.";
    case "NotReadableError":
    case "AbortError":
      return "The camera cannot be used now: perhaps another program has it.";
    default:
      return `The camera cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

@customElement("whybox-camera")
export class WhyboxCamera extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: inherit;
        padding: 1rem;
        max-width: min(92vw, 720px);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      video {
        display: block;
        width: 100%;
        border-radius: 8px;
        background: #000;
        min-height: 8rem;
      }
      .row {
        margin-top: 0.8rem;
        justify-content: flex-end;
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;
  @query("video") private video!: HTMLVideoElement;
  private stream: MediaStream | null = null;

  async open(): Promise<void> {
    try {
      if (navigator.mediaDevices === undefined) throw new Error("this page is not served over https or from localhost.");
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      this.video.srcObject = this.stream;
      this.dialog.showModal();
      await this.video.play();
    } catch (error) {
      this.close();
      emit(this, "problem", problem(error));
    }
  }

  private close = (): void => {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    if (this.dialog.open) this.dialog.close();
  };

  private take = (): void => {
    const { videoWidth: width, videoHeight: height } = this.video;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d")?.drawImage(this.video, 0, 0);
    canvas.toBlob((blob) => {
      this.close();
      if (blob === null) emit(this, "problem", "The camera gave no picture yet. Try again.");
      else emit(this, "snapshot", blob);
    });
  };

  override render() {
    return html`<dialog aria-label="Camera" @close=${this.close}>
      <video playsinline muted></video>
      <div class="row">
        <button type="button" @click=${this.close}>Close</button>
        <button type="button" class="primary" @click=${this.take}>Take picture</button>
      </div>
    </dialog>`;
  }
}
