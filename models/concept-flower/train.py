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
        outputs={"concepts": "concepts"},
        concepts=(
            recipe.Concept("petal-colour", "Colour of the petals", ("red", "blue", "violet", "yellow", "orange", "white"), 0),
            recipe.Concept("stem-colour", "Colour of the stem", ("red", "blue", "violet", "green", "brown", "orange"), 1),
            recipe.Concept("petal-shape", "Shape of the petals", ("round", "pointed", "notched"), 2),
            recipe.Concept("petals", "Number of petals", ("4", "5", "6", "7", "8", "9"), 3),
            recipe.Concept("leaves", "Number of leaves", ("0", "1", "2", "3", "4"), 4),
            recipe.Concept("pot", "Shape of the pot", ("tapered", "round", "box"), 5),
        ),
        train_scenes=8_000,
        epochs=6,
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
