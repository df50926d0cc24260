"""python models/prototype-flower/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import prototypes  # noqa: E402
import recipe  # noqa: E402

prototypes.make_prototypes(
    recipe.Settings(
        id="prototype-flower",
        name="Flower, by patches that it knows",
        summary="Says which part of a plant is red, blue or violet because a patch of it looks like one from its training, and shows that patch.",
        scene="flower",
        classes=("red petals", "blue petals", "violet petals", "red stem", "blue stem", "violet stem"),
        filters=(12, 16, 24, 32),
        pools=(1, 3),
        train_scenes=8_000,
        epochs=4,
        stress={
            "plant half as large": ("scale=50",),
            "plant upside down": ("turn=180", "y=-45"),
            "five bystanders": ("bystanders=5",),
            "60 strokes of clutter": ("clutter=60",),
            "grain of 40 grey levels": ("grain=40",),
            "plain backgrounds": ("background=plain",),
        },
    ),
    whybox=pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else recipe.WHYBOX,
)
