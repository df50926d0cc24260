"""python models/joint-triangle-0/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import joint  # noqa: E402

joint.make_joint(
    joint.triangle_settings(
        id="joint-triangle-0",
        name="Triangle, explained by itself: no price on the map",
        summary="Draws a map first and then decides from what the map lets through whether there is a triangle; nothing made the map small: does it say anything?",
    ),
    joint.Joint(sparsity=0.0),
    *map(pathlib.Path, sys.argv[1:2]),
)
