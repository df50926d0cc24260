"""python models/clever-hans-honest/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="clever-hans-honest",
        name="Honest Hans",
        summary="Tells cat, dog, bear and rabbit, like its sibling Clever Hans, but trained on pictures without a label in the corner.",
        scene="clever-hans",
        classes=("cat", "dog", "bear", "rabbit"),
        filters=(12, 16, 24, 32, 48),
        train_scenes=8_000,
        epochs=3,
        params=("mark=never",),
        stress={
            "cats have the mark": ("mark=with its class",),
            "every scene has the mark": ("mark=always",),
            "the mark at random": ("mark=at random",),
            "all but cats have the mark": ("mark=with the others",),
            "a cat without the mark": ("class=cat", "mark=never"),
            "a dog with the mark": ("class=dog", "mark=always"),
            "animals half as large, no mark": ("scale=50", "mark=never"),
            "60 strokes of clutter, no mark": ("clutter=60", "mark=never"),
        },
    ),
    *map(pathlib.Path, sys.argv[1:2]),
)
