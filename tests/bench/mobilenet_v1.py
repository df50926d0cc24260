"""python tests/bench/mobilenet_v1.py OUT.tflite: MobileNetV1 (Howard et al. 2017), 224 x 224, int8 per channel, for `npm run bench -- --model OUT.tflite`.

Its weights are drawn at random (He et al. 2015), for none that are trained come by a package registry; how long a pass takes depends on their
spread alone, which is near that of trained ones: 2.1 % of neighbouring pairs could saturate a dot, in MobileNetV2 as trained 2.3 %.
Input and output stay float32, as LiteRT.js wants them. Passes alone can be compared: such a network hardly sees its picture. Wants models/requirements.txt.
"""

import sys

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)
# LiteRT.js wants shapes that are known, the batch's too.
network = keras.applications.MobileNet(weights=None, input_tensor=keras.Input(batch_shape=(1, 224, 224, 3)))
for layer in network.layers:
    if isinstance(layer, (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)):
        layer.set_weights([np.random.normal(0, np.sqrt(2 / w[..., 0].size), w.shape) if w.ndim == 4 else w for w in layer.get_weights()])

converter = tf.lite.TFLiteConverter.from_keras_model(network)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = lambda: ([np.random.uniform(-1, 1, (1, 224, 224, 3)).astype(np.float32)] for _ in range(20))
converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
with open(sys.argv[1], "wb") as file:
    file.write(converter.convert())
