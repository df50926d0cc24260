/**
 * Every method of the registry on every shipped network that knows scenes, drawn one after the other, what is in view first.
 *
 * @fires change  after any part of the state has changed
 */
import type { Heatmap, Method } from "../../../wasm/whybox";
import type { DrawnScene } from "../worker/protocol";
import { isCancelled, WhyboxError, type WhyboxClient } from "./client";
import { openEngine, pageBase, wantedFrom } from "./engine";
import { fetchShipped, readManifest, type ShippedFiles, type ShippedModel } from "./shipped";
import { sentence } from "./state";

export type TileState =
  | { readonly kind: "waiting" | "working" }
  | { readonly kind: "drawn"; readonly heatmap: Heatmap; readonly milliseconds: number }
  /** In the core's words. */
  | { readonly kind: "refused"; readonly text: string };

export interface Tile {
  readonly id: string;
  readonly method: Method;
  readonly model: ShippedModel;
  readonly state: TileState;
}

/** Below this, what only the first run does (a twin made, buffers sized) is a good part of the time: run again. */
const QUICK_MS = 150;

const WAITING: TileState = { kind: "waiting" };

export const tileId = (method: Method, model: ShippedModel): string => `${method.id}@${model.id}`;

export const tilesOf = (methods: readonly Method[], models: readonly ShippedModel[]): Tile[] =>
  methods.flatMap((method) => models.map((model) => ({ id: tileId(method, model), method, model, state: WAITING })));

/**
 * The tile to draw next: in view before out of view; among those the present network's before another's, which would have to be loaded;
 * then in the order of the page. null when all are drawn.
 */
export function nextTile(tiles: readonly Tile[], inView: ReadonlySet<string>, loaded: string | null): Tile | null {
  const waiting = tiles.filter(({ state }) => state.kind === "waiting");
  const rank = ({ id, model }: Tile): number => (inView.has(id) ? 0 : 2) + (model.id === loaded ? 0 : 1);
  return waiting.reduce<Tile | null>((best, tile) => (best === null || rank(tile) < rank(best) ? tile : best), null);
}

export class Gallery extends EventTarget {
  methods: readonly Method[] = [];
  models: readonly ShippedModel[] = [];
  tiles: readonly Tile[] = [];
  seed = 0;
  /** Why nothing can be drawn. */
  problem = "";
  /** By network: its scene, drawn from the seed. */
  readonly scenes = new Map<string, DrawnScene>();
  /** Networks that a person does not want to see. */
  readonly leftOut = new Set<string>();
  /** Ids of the tiles in view. */
  readonly inView = new Set<string>();

  private client: WhyboxClient | null = null;
  private files = new Map<string, Promise<ShippedFiles>>();
  private loaded: string | null = null;
  private round = new AbortController();

  /** @param networks  ids of those to begin with; none for all */
  async start(seed: number, networks: readonly string[] = []): Promise<void> {
    this.seed = seed;
    try {
      const [{ client, engine }, models] = await Promise.all([openEngine(wantedFrom(location.search)), readManifest(pageBase())]);
      this.client = client;
      this.methods = engine.methods;
      this.models = models.filter(({ scene }) => scene !== null); // there is no photograph to show to those that know photographs
      for (const { id } of this.models) if (networks.length > 0 && !networks.includes(id)) this.leftOut.add(id);
      client.addEventListener("restarted", () => (this.loaded = null));
    } catch (error) {
      this.problem = sentence(error);
      return this.changed();
    }
    await this.draw(seed);
  }

  /** Draws everything anew with scenes of another seed. */
  draw(seed: number): Promise<void> {
    this.round.abort();
    this.round = new AbortController();
    this.seed = seed;
    this.loaded = null;
    this.scenes.clear();
    this.tiles = tilesOf(this.methods, this.models);
    this.changed();
    return this.work(this.round.signal);
  }

  /** Leaves a network out, or takes it in again. */
  async choose(id: string, wanted: boolean): Promise<void> {
    if (wanted) this.leftOut.delete(id);
    else this.leftOut.add(id);
    this.changed();
    if (!this.tiles.some(({ state }) => state.kind === "working")) await this.work(this.round.signal);
  }

  /** The tiles of the networks that are wanted. */
  get shown(): readonly Tile[] {
    return this.tiles.filter(({ model }) => !this.leftOut.has(model.id));
  }

  private async work(signal: AbortSignal): Promise<void> {
    while (this.client !== null && !signal.aborted) {
      const tile = nextTile(this.shown, this.inView, this.loaded);
      if (tile === null) return;
      await this.drawTile(this.client, tile, signal);
    }
  }

  private async drawTile(client: WhyboxClient, tile: Tile, signal: AbortSignal): Promise<void> {
    this.set(tile, { kind: "working" });
    const state = await this.drawn(client, tile, signal).catch((error: unknown): TileState => {
      if (isCancelled(error)) return WAITING;
      // An engine that was lost comes back empty.
      if (error instanceof WhyboxError && error.code === "crashed") this.loaded = null;
      return { kind: "refused", text: sentence(error) };
    });
    if (!signal.aborted) this.set(tile, state);
  }

  private async drawn(client: WhyboxClient, { method, model }: Tile, signal: AbortSignal): Promise<TileState> {
    if (this.loaded !== model.id) await this.load(client, model, signal);
    const question = { method: method.id, target: -1, params: {}, seed: 0 };
    const { heatmap, milliseconds } = await client.explain(question, { signal });
    if (milliseconds > QUICK_MS) return { kind: "drawn", heatmap, milliseconds };
    const again = await client.explain(question, { signal });
    return { kind: "drawn", heatmap, milliseconds: Math.min(milliseconds, again.milliseconds) };
  }

  private async load(client: WhyboxClient, model: ShippedModel, signal: AbortSignal): Promise<void> {
    const fetched = this.files.get(model.id) ?? fetchShipped(pageBase(), model);
    this.files.set(model.id, fetched);
    const { file, labels } = await fetched;
    await client.loadModel(file, model.name, labels, signal);
    if (model.scene === null) throw new Error(`${model.name} does not say what scenes it was trained on.`);
    const scene = this.scenes.get(model.id) ?? (await client.scene(model.scene.kind, this.seed, model.scene.size, {}, signal));
    await client.setImage(scene, signal);
    if (signal.aborted) return;
    this.scenes.set(model.id, scene);
    this.loaded = model.id;
  }

  private set(tile: Tile, state: TileState): void {
    this.tiles = this.tiles.map((each) => (each.id === tile.id ? { ...each, state } : each));
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
