#pragma once
#include <utility>
#include <vector>

#include "scenes/raster.h"

namespace whybox {

/// A figure and where it is drawn.
struct Placed {
  Figure figure;
  Pose place;
};

/// A closed curve through all points (Catmull-Rom, uniform), as a polygon of `steps` corners a point.
std::vector<Point> smooth_outline(const std::vector<Point>& points, int steps = 4);

/// A polygon given by points of the picture.
Placed placed_polygon(const std::vector<Point>& points);

/// A line of points of the picture; half_width as a share of the picture's side.
Placed placed_path(const std::vector<Point>& points, float half_width);

/// A quadratic Bezier curve's points from `from` to `to`, ends included.
std::vector<Point> curve(Point from, Point by, Point to, int pieces = 10);

/// A pointed leaf from (-1, 0) to (1, 0), `breadth` wide at its middle to either side.
Figure leaf_figure(float breadth);

/// A petal from (-1, 0), narrow, to (1, 0), `breadth` wide; `notch` deep at its end.
Figure petal_figure(float breadth, float notch);

}  // namespace whybox
