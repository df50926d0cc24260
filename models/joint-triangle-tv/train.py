"""python models/joint-triangle-tv/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import joint  # noqa: E402
import recipe  # noqa: E402

joint.make_joint(
    recipe.Settings(
        id="joint-triangle-tv",
        name="Triangle, explained by itself: a price on the map and its edges",
        summary="Draws a map first and then decides from what the map lets through whether there is a triangle; every point of the map and every edge in it had its price.",
        scene="triangle",
        classes=("no triangle", "triangle"),
        train_scenes=4_000,
        epochs=3,
        test_scenes=2_000,
        stress={
            "things half as large": ("smallest=10", "largest=18"),
            "60 strokes of clutter": ("clutter=60",),
            "plain backgrounds": ("background=plain",),
        },
    ),
    joint.Joint(sparsity=1e-4, total_variation=1e-4),
    *map(pathlib.Path, sys.argv[1:2]),
)
