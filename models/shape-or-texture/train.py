"""python models/shape-or-texture/train.py [path of the whybox command]: trains and writes the files beside this one."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import recipe  # noqa: E402

recipe.make(
    recipe.Settings(
        id="shape-or-texture",
        name="Shape or texture",
        summary="Names a silhouette that was always filled with its own texture: fish had scales, houses bricks. Which of the two did it learn?",
        scene="cue-conflict",
        classes=("fish", "house", "mushroom", "cat", "sock", "turtle", "car", "fir"),
        filters=(12, 16, 24, 32, 48),
        train_scenes=8_000,
        epochs=3,
        stress={
            "silhouettes half as large": ("scale=50",),
            "silhouettes upside down": ("turn=180",),
            "60 strokes of clutter": ("clutter=60",),
            "grain of 40 grey levels": ("grain=40",),
        },
        follows={
            "the shape, where the texture is another class's": (0, ("conflict=yes",)),
            "the texture, where the shape is another class's": (1, ("conflict=yes",)),
        },
    ),
    *map(pathlib.Path, sys.argv[1:2]),
)
