#pragma once
#include <optional>
#include <string>

namespace whybox {

/// One unit of a layer: a channel at a position, counted from the upper left.
struct Unit {
  struct Position {
    int row = 0, column = 0;
  };
  std::string layer;  ///< its name, see Network::layers
  int channel = 0;
  /// Nothing: where the channel answers most strongly; Network::located finds the place.
  std::optional<Position> position = {};
};

/// What is explained: a number y that the network computes from a picture.
struct Target {
  /// Implicit, because a class is what nearly every question is about.
  Target(int class_index = 0) : index(class_index) {}
  Target(int class_index, int other) : index(class_index), versus(other) {}
  explicit Target(Unit of) : unit(std::move(of)) {}

  int index = 0;              ///< y = the score of this class ...
  std::optional<int> versus;  ///< ... minus that of this one, where given: "why A and not B"
  std::optional<Unit> unit;   ///< y = this unit's activation instead
};

}  // namespace whybox
