"""python models/joint-triangle-1e-4/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import joint  # noqa: E402

joint.make_joint(
    joint.triangle_settings(
        id="joint-triangle-1e-4",
        name="Triangle, explained by itself: a high price on the map",
        summary="Draws a map first and then decides from what the map lets through whether there is a triangle; every point of the map had its price, so that it shows only what pays.",
    ),
    joint.Joint(sparsity=1e-4),
    *map(pathlib.Path, sys.argv[1:2]),
)
