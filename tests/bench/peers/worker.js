// Our engine, as the page of the project runs it: in a worker (tests/bench/peers.mjs).
import createWhybox from "/engine/whybox.js";
import { median } from "./algorithms.js";

const ORDERS = 20; // of 50 superpixels, in sampled Shapley values
const SAMPLING = ["lime", "rise", "kernel-shap"];
const MANY = "100000";

function value(reply) {
  if (!reply.ok) throw new Error(reply.message);
  return reply.value;
}

function milliseconds(work) {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** What the peer is shown: the picture at the network's size, its superpixels and what stands in for them. */
function sceneOf(session) {
  const { rgba, width, height } = value(session.networkImage());
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; ++i) for (let c = 0; c < 3; ++c) pixels[3 * i + c] = rgba[4 * i + c];
  const { labels, count } = value(session.superpixels());
  return { pixels, labels: Int32Array.from(labels), count, fill: new Uint8Array(pixels.length).fill(128) };
}

async function measure({ model, threads, samples, forwardPasses }) {
  const whybox = await createWhybox();
  const session = new whybox.Session(threads);
  const info = value(session.loadModel(new Uint8Array(model), "model", ""));
  const scene = value(whybox.scene("flower", 5, info.input.height, {}));
  value(session.setImage(scene.rgba, scene.height, scene.width));
  value(session.predict(1));
  const run = (method, params) => {
    value(session.start(method, -1, params, 0));
    while (!value(session.step()).done);
    value(session.heatmap());
  };
  const explain = (method, params) => milliseconds(() => run(method, params));
  const whole = (method, params) => {
    value(session.setUpdates(false));
    const found = explain(method, params);
    value(session.setUpdates(true));
    return found;
  };
  /** Until there is something to look at, which should not depend on how much there is still to do. */
  const firstPicture = (method, params) =>
    milliseconds(() => {
      value(session.start(method, -1, params, 0));
      do value(session.step());
      while (!session.heatmap().ok);
    });
  const orders = { permutations: String(ORDERS) };
  // The browser's compiler is through with everything, and kernels for parts of pictures are there.
  run("lime", { samples: "20" });
  run("occlusion", {});
  value(session.benchmark(1, forwardPasses));
  const times = {
    threads,
    forward: value(session.benchmark(1, forwardPasses)).forward_ms,
    rise: explain("rise", { samples: String(samples) }),
    occlusion: explain("occlusion", {}),
    "occlusion whole": whole("occlusion", {}),
    shapley: explain("shapley-sampling", orders),
    "shapley whole": whole("shapley-sampling", orders),
    partition: explain("partition-shap", {}),
    "partition whole": whole("partition-shap", {}),
    first: Math.max(...SAMPLING.map((method) => firstPicture(method, { samples: MANY }))),
    lime: explain("lime", { samples: String(samples) }),
  };
  const shown = sceneOf(session);
  const on = new Uint8Array(shown.count).fill(1);
  const toggles = Array.from({ length: shown.count }, (_, i) => {
    on[i] = 0;
    const found = milliseconds(() => value(session.switchSuperpixels(on)));
    on[i] = 1;
    return found;
  });
  times.toggle = median(toggles);
  times.megabytes = whybox.memoryBytes() / 1e6;
  return { times, scene: shown };
}

onmessage = ({ data }) => measure(data).then(postMessage, (error) => postMessage({ error: String(error) }));
