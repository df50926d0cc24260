"""python models/clothes/train.py PHOTOS WEIGHTS: trains and writes the files beside this one.

PHOTOS: the folder with train/, val/ and labels.csv (else WHYBOX_CLOTHING). WEIGHTS: tf2_mobilenet_v2_1.0_224_ptq.tflite (else WHYBOX_BACKBONE).
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import clothes  # noqa: E402
import recipe  # noqa: E402

GIVEN = [*sys.argv[1:3], *[os.environ.get(name, "") for name in ("WHYBOX_CLOTHING", "WHYBOX_BACKBONE")][len(sys.argv[1:3]) :]]

clothes.make_clothes(
    recipe.Settings(
        id="clothes",
        name="Clothes",
        summary="Names a garment on a photograph, tested on photographs by people whose homes it never saw.",
        scene="",
        classes=clothes.CLASSES,
        size=160,
        train_scenes=0,
        epochs=6,
    ),
    *map(pathlib.Path, GIVEN),
)
