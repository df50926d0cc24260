"""python models/concept-flower/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="concept-flower",
        name="Flower by concepts",
        summary="Names colours and shapes of a plant's parts first, and its class from these alone: set a concept by hand and the class follows.",
        scene="flower",
        classes=("red petals", "blue petals", "violet petals", "red stem", "blue stem", "violet stem"),
        filters=(12, 16, 24, 24, 32, 48),
        pools=(1, 3),
        concepts=(
            ("petal-colour", 6, 0),
            ("stem-colour", 6, 1),
            ("petal-shape", 3, 2),
            ("petal-count", 6, 3),
            ("leaf-count", 5, 4),
            ("pot-shape", 3, 5),
        ),
        train_scenes=12_000,
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
    *map(pathlib.Path, sys.argv[1:2]),
)
