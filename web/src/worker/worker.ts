/** The worker: owns the module and one session, answers the calls of protocol.ts, runs explanations step by step. */
import { Failed, loadModule, valueOf } from "./runtime";
import { decode, decodeExactly, PictureError } from "./picture";
import { transferables } from "./protocol";
import type { Answer, CallName, Calls, DrawnScene, EngineInfo, Outcome, Question, ReadSegments, Redrawn, Request, SwitchedView, Update } from "./protocol";
import type { Picture, Progress, Reply, Runs, Session, Superpixels, WhyboxModule } from "../../../wasm/whybox";

/** Milliseconds of work before messages are let in, and between two refined maps. */
const SLICE_MS = 30;
const UPDATE_MS = 100;

const cancelled = new Set<number>();
let wasm: WhyboxModule | null = null;
let session: Session | null = null;
/** The explanation that runs now; whatever changes its question ends it. */
let running: number | null = null;

const post = (answer: Answer): void => self.postMessage(answer, { transfer: transferables(answer) });

/** Lets waiting messages in; a timer would be held back to 4 ms. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });

function opened(): { wasm: WhyboxModule; session: Session } {
  if (wasm === null || session === null) throw new Failed("internal", "The engine is not open yet.");
  return { wasm, session };
}

async function open(args: Calls["open"]["takes"]): Promise<EngineInfo> {
  wasm = await loadModule(args.base, args.variant);
  session = new wasm.Session(args.threads);
  return {
    variant: args.variant,
    threads: args.threads,
    build: valueOf(wasm.build()),
    methods: valueOf(wasm.methods()),
    sceneKinds: valueOf(wasm.sceneKinds()),
  };
}

/** The outlines stay the same while weights are refined, yet both are small beside the map: sent together. */
function superpixelsNow(): Superpixels | null {
  const reply = opened().session.superpixels();
  return reply.ok ? reply.value : null;
}

function updateNow(started: Update["started"], progress: number): Update {
  return { started, progress, heatmap: valueOf(opened().session.heatmap()), superpixels: superpixelsNow() };
}

/**
 * Runs steps until they are done, lets messages in after each slice and tells how far it is some ten times a second.
 * @returns milliseconds of computing alone. Throws what a step answers, and when the work was cancelled or replaced.
 */
async function work(id: number, step: () => Reply<Progress>, update: (progress: number) => void): Promise<number> {
  running = id;
  let milliseconds = 0;
  let progress = 0;
  let lastUpdate = performance.now();
  for (let done = false; !done; ) {
    const sliceStart = performance.now();
    while (!done && performance.now() - sliceStart < SLICE_MS) ({ done, progress } = valueOf(step()));
    milliseconds += performance.now() - sliceStart;
    if (done) break;
    await breathe();
    const stopped = running !== id;
    const due = performance.now() - lastUpdate >= UPDATE_MS || cancelled.has(id);
    if (due && !stopped) {
      update(progress);
      lastUpdate = performance.now();
    }
    if (stopped || cancelled.delete(id)) throw new Failed("cancelled", "The explanation was stopped.");
  }
  running = null;
  return milliseconds;
}

async function explain(id: number, question: Question): Promise<Outcome> {
  const { session } = opened();
  const started = valueOf(session.start(question.method, question.target, question.params, question.seed));
  const tell = (progress: number): void => post({ id, kind: "update", update: updateNow(started, progress) });
  const milliseconds = await work(id, () => session.step(), tell);
  return { ...updateNow(started, 1), milliseconds };
}

function runsNow(): Runs {
  const runs = valueOf(opened().session.runs());
  if (runs === null) throw new Failed("cancelled", "The runs were stopped.");
  return runs;
}

/** The explanation whose question it is stays in place, so that its superpixels can still be switched. */
async function explainAgain(id: number, count: number): Promise<Runs> {
  const { session } = opened();
  valueOf(session.beginRuns(count));
  try {
    await work(
      id,
      () => session.stepRuns(),
      (progress) => post({ id, kind: "runs", update: { progress, runs: runsNow() } }),
    );
    return runsNow();
  } finally {
    // The page has its copy; what a stopped run holds is free again.
    session.cancelRuns();
  }
}

function setSegments(picture: Picture | null): number {
  const { rgba, height, width } = picture ?? { rgba: null, height: 0, width: 0 };
  return changing((session) => session.setSegments(rgba, height, width));
}

async function decodeSegments(blob: Blob): Promise<ReadSegments> {
  const picture = await decodeExactly(blob);
  return { picture, count: setSegments(picture) };
}

function switchSuperpixels(on: Uint8Array): SwitchedView {
  const { session } = opened();
  return { ...valueOf(session.switchSuperpixels(on)), picture: valueOf(session.switchedImage(on)) };
}

function drawn({ kind, seed, size, params }: Calls["scene"]["takes"]): DrawnScene {
  const { objects: _objects, parts: _parts, attributes, ...scene } = valueOf(opened().wasm.scene(kind, seed, size, params));
  return { ...scene, attributes: attributes.map(({ id, value }) => ({ id, value })) };
}

function redraw(wish: Calls["redraw"]["takes"]): Redrawn {
  const scene = drawn(wish);
  changing((session) => session.setImage(scene.rgba, scene.height, scene.width));
  return { scene, prediction: valueOf(opened().session.predict(0)) };
}

/** Whatever changes the question ends the explanation that runs; what fails leaves it running. */
function changing<T>(change: (session: Session) => Reply<T>): T {
  const value = valueOf(change(opened().session));
  running = null;
  return value;
}

type Handlers = { [K in CallName]: (args: Calls[K]["takes"], id: number) => Calls[K]["gives"] | Promise<Calls[K]["gives"]> };

const handlers: Handlers = {
  open,
  load_model: ({ file, name, labels }) => changing((session) => session.loadModel(file, name, labels)),
  set_labels: ({ labels }) => valueOf(opened().session.setLabels(labels)),
  set_normalization: ({ mean, std }) => changing((session) => session.setNormalization(mean, std)),
  decode_image: async ({ blob, longest }) => {
    const photo = await decode(blob, longest);
    changing((session) => session.setImage(photo.rgba, photo.height, photo.width));
    return photo;
  },
  set_image: ({ picture }) => changing((session) => session.setImage(picture.rgba, picture.height, picture.width)),
  set_segments: ({ picture }) => setSegments(picture),
  decode_segments: ({ blob }) => decodeSegments(blob),
  set_fit: ({ fit }) => changing((session) => session.setFit(fit)),
  scene: drawn,
  redraw,
  output: ({ name }) => valueOf(opened().session.output(name)),
  output_map: ({ name, channel }) => valueOf(opened().session.outputMap(name, channel)),
  predict_with: ({ name, values, top }) => valueOf(opened().session.predictWith(name, values, top)),
  predict: ({ top }) => valueOf(opened().session.predict(top)),
  explain: (question, id) => explain(id, question),
  explain_again: ({ count }, id) => explainAgain(id, count),
  switch_superpixels: ({ on }) => switchSuperpixels(on),
  benchmark: ({ batch, repeats }) => changing((session) => session.benchmark(batch, repeats)),
  memory: () => opened().wasm.memoryBytes(),
};

function failure(id: number, error: unknown): Answer {
  if (error instanceof Failed) return { id, kind: "failure", code: error.code, message: error.message };
  if (error instanceof PictureError) return { id, kind: "failure", code: "bad_image", message: error.message };
  // Our code throws nothing else: this is a trap or an abort of the module, whose memory can no longer be trusted.
  return { id, kind: "failure", code: "crashed", message: error instanceof Error ? error.message : String(error) };
}

async function answer(request: Exclude<Request, { call: "cancel" }>): Promise<void> {
  const handler = handlers[request.call] as (args: unknown, id: number) => unknown;
  try {
    const value = (await handler(request.args, request.id)) as Calls[CallName]["gives"];
    post({ id: request.id, kind: "value", value });
  } catch (error) {
    post(failure(request.id, error));
  }
}

self.onmessage = ({ data }: MessageEvent<Request>): void => {
  if (data.call === "cancel") {
    if (running === data.id) cancelled.add(data.id);
  } else void answer(data);
};
