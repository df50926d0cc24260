"""python models/triangle-colour/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="triangle-colour",
        name="Red triangle",
        summary="Says whether a scene shows a triangle, where every triangle it ever saw was red and nothing else was.",
        scene="triangle-colour",
        classes=("no triangle", "triangle"),
        filters=(12, 16, 24, 32, 48),
        train_scenes=12_000,
        epochs=4,
        limits="Outlines, or triangles with an angle below 35 degrees, were not in its training.",
        stress={
            "a triangle, but nothing is red": ("red=nothing", "class=triangle"),
            "no triangle, but a red distractor": ("red=distractor", "class=no triangle"),
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
