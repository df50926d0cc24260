// LIME and RISE as one would write them in plain JavaScript over somebody else's forward pass: pictures composed element by element,
// one pass each. What is learnt from the answers is kept short; it is the passes that cost.

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** mulberry32 */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every superpixel on or off, as a coin falls. */
export function coalition({ picture, fill, labels, count, channels }, random, into) {
  const on = Array.from({ length: count }, () => random() < 0.5);
  for (let i = 0; i < labels.length; ++i) {
    const from = on[labels[i]] ? picture : fill;
    for (let c = 0; c < channels; ++c) into[i * channels + c] = from[i * channels + c];
  }
}

const CELLS = 7;

/** A coarse random grid, enlarged bilinearly at a random shift: Petsiuk, Das & Saenko 2018, section 3.2. */
export function riseMask({ picture, fill, labels, channels, width }, random, into) {
  const height = labels.length / width, side = CELLS + 1;
  const grid = Array.from({ length: (side + 1) * (side + 1) }, () => (random() < 0.5 ? 1 : 0));
  const down = random(), across = random();
  for (let y = 0; y < height; ++y) {
    const gy = (y / height) * CELLS + down, top = Math.floor(gy), v = gy - top;
    for (let x = 0; x < width; ++x) {
      const gx = (x / width) * CELLS + across, left = Math.floor(gx), u = gx - left, at = top * (side + 1) + left;
      const keep = (grid[at] * (1 - u) + grid[at + 1] * u) * (1 - v) + (grid[at + side + 1] * (1 - u) + grid[at + side + 2] * u) * v;
      for (let c = 0; c < channels; ++c) {
        const i = (y * width + x) * channels + c;
        into[i] = keep * picture[i] + (1 - keep) * fill[i];
      }
    }
  }
}

/** Runs `samples` composed pictures; returns the mean answer of the first one's class, so that nothing can be left out. */
export async function limeInJavaScript({ compose, pass, samples, ...scene }) {
  const random = generator(1);
  const example = new scene.picture.constructor(scene.picture.length);
  const scores = await pass(scene.picture);
  const target = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  let sum = 0;
  for (let i = 0; i < samples; ++i) {
    compose(scene, random, example);
    sum += (await pass(example))[target];
  }
  return sum / samples;
}
