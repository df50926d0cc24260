"""python models/triangle/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="triangle",
        name="Triangle",
        summary="Says whether a scene shows a triangle among other things; colour, size and place tell nothing.",
        scene="triangle",
        classes=("no triangle", "triangle"),
        filters=(16, 32, 48, 64, 96),
        train_scenes=48_000,
        epochs=9,
        limits="Outlines, or triangles with an angle below 35 degrees, were not in its training.",
        stress={
            "things half as large": ("smallest=10", "largest=18"),
            "very large things": ("smallest=45", "largest=60"),
            "60 strokes of clutter": ("clutter=60",),
            "grain of 40 grey levels": ("grain=40",),
            "plain backgrounds": ("background=plain",),
            "seven things at once": ("distractors=6",),
        },
    ),
    *map(pathlib.Path, sys.argv[1:2]),
)
