"""python models/flower-6/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="flower-6",
        name="Flower, one part",
        summary="Says which part of a plant is red, blue or violet: its petals or its stem. Pot, leaves and bystanders tell nothing.",
        scene="flower",
        classes=("red petals", "blue petals", "violet petals", "red stem", "blue stem", "violet stem"),
        filters=(12, 16, 24, 24, 32, 48),
        pools=(1, 3),
        train_scenes=8_000,
        epochs=2,
        stress={
            "plant half as large": ("scale=50",),
            "plant upside down": ("turn=180", "y=-45"),
            "five bystanders": ("bystanders=5",),
            "60 strokes of clutter": ("clutter=60",),
            "grain of 40 grey levels": ("grain=40",),
            "plain backgrounds": ("background=plain",),
        },
    ),
    *map(pathlib.Path, sys.argv[1:2]),
)
