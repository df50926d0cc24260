/**
 * Guided examples: for each a small table, networks by scenes; a cell goes there, and keeps what the network said.
 *
 * @prop stories  what there is
 * @prop here     key of the present station, see stationKey
 * @prop said     what networks said, by station
 * @fires visit   detail: Station
 */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { stationKey, stationOf, type Story } from "../client/stories";
import { shared } from "../styles/shared";
import { emit } from "./events";

@customElement("whybox-stories")
export class WhyboxStories extends LitElement {
  static override styles = [
    shared,
    css`
      details {
        border-top: 1px solid var(--line);
        padding-top: 0.55rem;
      }
      summary {
        color: inherit;
      }
      .story {
        display: grid;
        gap: 0.6rem;
      }
      table {
        width: 100%;
        border-collapse: separate;
        border-spacing: 3px;
        margin: 0 -3px;
        table-layout: fixed;
        font-size: 0.78rem;
      }
      th {
        text-align: left;
        font-weight: 500;
        color: var(--muted);
        padding: 0;
        line-height: 1.25;
        overflow-wrap: anywhere;
      }
      td {
        padding: 0;
      }
      td button {
        width: 100%;
        min-height: 2.7rem;
        padding: 0.1rem 0.2rem;
        font-size: 0.78rem;
        line-height: 1.2;
        overflow-wrap: anywhere;
      }
      button[aria-current="true"] {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
    `,
  ];

  @property({ attribute: false }) stories: readonly Story[] = [];
  @property() here = "";
  @property({ attribute: false }) said: ReadonlyMap<string, string> = new Map();

  private cell(story: Story, network: Story["networks"][number], scene: Story["scenes"][number]) {
    const station = stationOf(story, network.id, scene.params);
    const key = stationKey(station);
    return html`<td>
      <button
        type="button"
        aria-current=${key === this.here ? "true" : "false"}
        aria-label="${network.name}: ${scene.name}${this.said.has(key) ? `, ${this.said.get(key) ?? ""}` : ""}"
        @click=${() => emit(this, "visit", station)}
      >
        ${this.said.get(key) ?? html`<span class="muted">Look</span>`}
      </button>
    </td>`;
  }

  private story(story: Story) {
    const open = story.networks.some(({ id }) => story.scenes.some(({ params }) => stationKey(stationOf(story, id, params)) === this.here));
    return html`<details data-story=${story.id} ?open=${open}>
      <summary>${story.title}</summary>
      <div class="story">
        <p class="small muted">${story.text}</p>
        <table>
          <thead>
            <tr>
              <td></td>
              ${story.scenes.map(({ name }) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${story.networks.map(
              (network) =>
                html`<tr>
                  <th scope="row">${network.name}</th>
                  ${story.scenes.map((scene) => this.cell(story, network, scene))}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  override render() {
    if (this.stories.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Worth a look</h2>
      ${this.stories.map((story) => this.story(story))}
    </section>`;
  }
}
