/**
 * The gallery page: every method of the registry on every shipped network that knows scenes, by family. Its address may ask for a seed and for networks:
 * `?seed=7&networks=triangle/int8,triangle/float`.
 */
import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import type { Method } from "../../../wasm/whybox";
import { studioLink } from "../client/address";
import { Gallery, type Tile } from "../client/gallery";
import { shared } from "../styles/shared";
import { checkedOf, textOf } from "./events";
import "./whybox-tile";

/** A scene that is easy to read, the studio's first one. */
const FIRST_SEED = 7;

const anchor = (family: string): string => family.replaceAll(" ", "-");

@customElement("whybox-gallery")
export class WhyboxGallery extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        max-width: 1500px;
        margin: 0 auto;
        padding: 1.2rem 1.25rem 3rem;
        display: grid;
        gap: 1.2rem;
      }
      h1 {
        margin: 0;
        font-size: 1.4rem;
        letter-spacing: -0.02em;
      }
      h2 {
        font-size: 1.15rem;
        scroll-margin-top: 1rem;
      }
      h2::first-letter,
      nav a::first-letter {
        text-transform: uppercase;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 1.1rem;
      }
      nav a {
        display: inline-block;
      }
      .family {
        display: grid;
        gap: 0.7rem;
      }
      .choices {
        column-gap: 1.2rem;
      }
      .tiles {
        display: grid;
        /* A row per method, a column per network, where there is room for it; rows of four where there are more. */
        grid-template-columns: repeat(min(var(--networks), 4), minmax(0, 1fr));
        gap: 0.7rem;
      }
      .seed input {
        width: 6rem;
      }
      @media (max-width: 900px) {
        .tiles {
          grid-template-columns: repeat(min(var(--networks), 2), minmax(0, 1fr));
          gap: 0.5rem;
        }
      }
      @media (max-width: 760px) {
        :host {
          padding-inline: 0.75rem;
        }
      }
    `,
  ];

  readonly gallery = new Gallery();
  @state() private version = 0;
  private readonly watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const id = (target as HTMLElement).dataset["tile"] ?? "";
      if (isIntersecting) this.gallery.inView.add(id);
      else this.gallery.inView.delete(id);
    }
  });

  constructor() {
    super();
    this.gallery.addEventListener("change", () => this.version++);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const query = new URLSearchParams(location.search);
    const seed = Number(query.get("seed") ?? FIRST_SEED);
    void this.gallery.start(Number.isSafeInteger(seed) && seed >= 0 ? seed : FIRST_SEED, query.get("networks")?.split(","));
  }

  override updated(): void {
    // Watching one that is watched already does nothing.
    for (const tile of this.renderRoot.querySelectorAll("whybox-tile")) this.watcher.observe(tile);
  }

  override disconnectedCallback(): void {
    this.watcher.disconnect();
    super.disconnectedCallback();
  }

  private draw(seed: number): void {
    if (!Number.isSafeInteger(seed) || seed < 0) return this.requestUpdate();
    const address = new URL(location.href);
    address.searchParams.set("seed", String(seed));
    history.replaceState(null, "", address);
    void this.gallery.draw(seed);
  }

  private tile(tile: Tile) {
    const { gallery } = this;
    const link = studioLink({ model: tile.model.id, scene: gallery.seed, method: tile.method.id }, location.search);
    return html`<whybox-tile
      data-tile=${tile.id}
      data-method=${tile.method.id}
      data-model=${tile.model.id}
      .tile=${tile}
      .picture=${gallery.scenes.get(tile.model.id) ?? null}
      .link=${link}
    ></whybox-tile>`;
  }

  private family(family: Method["family"], tiles: readonly Tile[]) {
    const methods = [...new Set(tiles.map(({ method }) => method))].filter((method) => method.family === family);
    const row = (method: Method) => {
      const own = tiles.filter((tile) => tile.method === method);
      return html`<div class="tiles" style="--networks:${own.length}">
        ${repeat(
          own,
          ({ id }) => id,
          (tile) => this.tile(tile),
        )}
      </div>`;
    };
    return html`<section class="family" aria-labelledby=${anchor(family)}>
      <h2 id=${anchor(family)} tabindex="-1">${family}</h2>
      ${repeat(methods, ({ id }) => id, row)}
    </section>`;
  }

  private controls() {
    const { gallery } = this;
    return html`<section class="card" aria-label="What is drawn">
      <div class="row">
        <label class="row small seed"
          >Seed of the scenes
          <input type="number" min="0" step="1" data-role="seed" .value=${live(String(gallery.seed))} @change=${(e: Event) => this.draw(Number(textOf(e)))}
        /></label>
        <button type="button" @click=${() => this.draw(gallery.seed + 1)}>Other scenes</button>
      </div>
      <div class="row choices" role="group" aria-label="Networks">
        ${gallery.models.map(
          ({ id, name }) =>
            html`<label class="check"
              ><input type="checkbox" .checked=${live(!gallery.leftOut.has(id))} @change=${(e: Event) => gallery.choose(id, checkedOf(e))} />${name}</label
            >`,
        )}
      </div>
    </section>`;
  }

  private state() {
    const { shown, problem } = this.gallery;
    if (problem !== "") return html`<p role="alert">${problem}</p>`;
    const done = shown.filter(({ state }) => state.kind === "drawn" || state.kind === "refused").length;
    return html`<p class="small muted number" role="status" data-role="progress">${shown.length === 0 ? "Starting the engine…" : `${done} of ${shown.length} drawn`}</p>`;
  }

  override render() {
    const { shown } = this.gallery;
    const families = [...new Set(shown.map(({ method }) => method.family))];
    return html`<header>
        <h1>Every method on every network</h1>
        <p class="muted">
          Drawn by this page, now, for the most probable class, with the methods' own defaults. Below each map what it cost to compute here; a
          click opens it in the studio. <a href="./">To the studio</a>
        </p>
      </header>
      ${this.controls()} ${this.state()}
      <nav aria-label="Families">
        ${families.map((family) => html`<a href="#${anchor(family)}" @click=${(e: Event) => this.jump(e, family)}>${family}</a>`)}
      </nav>
      ${families.map((family) => this.family(family, shown))}`;
  }

  /** An address cannot point into a component: the page goes there itself. */
  private jump(event: Event, family: string): void {
    event.preventDefault();
    const heading = this.renderRoot.querySelector<HTMLElement>(`#${anchor(family)}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }
}
