#include "cli/scene_set.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/file.h"
#include "cli/image_file.h"

using namespace whybox;
using namespace whybox::cli;

namespace {

/// An empty folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "whybox_scene_set_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

struct Triangles {
  const SceneKind& kind = **find_scene_kind("triangle");
  Params params = *resolve(kind.params, {});
  Scene draw(std::uint64_t seed, int size) const { return *kind.draw(params, seed, size); }
};

/// The values behind a .npy header; checks that the header tells that shape.
std::vector<std::uint8_t> values_of(const std::string& path, const std::string& shape) {
  const auto file = cli::read_file(path);
  REQUIRE(file);
  const std::string text(reinterpret_cast<const char*>(file->data()), file->size());
  const std::size_t begin = text.find('\n') + 1;
  CHECK(text.substr(0, begin).find("'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + ")") != std::string::npos);
  CHECK(begin % 64 == 0);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file->data());
  return {bytes + begin, bytes + file->size()};
}

}  // namespace

TEST_CASE("arrays of scenes hold what the seeds draw, whatever thread drew it") {
  const Folder folder;
  const Triangles triangles;
  constexpr int kCount = 5, kSize = 24;
  REQUIRE(write_scene_arrays({triangles.kind, triangles.params, 90, kCount, kSize}, folder / "set.npy"));
  const auto images = values_of(folder / "set.npy", "5, 24, 24, 3");
  const auto labels = values_of(folder / "set.labels.npy", "5, ");
  const auto masks = values_of(folder / "set.masks.npy", "5, 24, 24");
  const auto attributes = values_of(folder / "set.attributes.npy", "5, 2");
  std::vector<std::uint8_t> wanted_images, wanted_labels, wanted_masks, wanted_attributes;
  for (int i = 0; i < kCount; ++i) {
    const Scene scene = triangles.draw(90 + std::uint64_t(i), kSize);
    wanted_images.insert(wanted_images.end(), scene.image.pixels.begin(), scene.image.pixels.end());
    wanted_labels.push_back(std::uint8_t(scene.label));
    for (const SceneAttribute& attribute : scene.attributes) wanted_attributes.push_back(std::uint8_t(attribute.value));
    wanted_masks.insert(wanted_masks.end(), scene.truth.coverage.begin(), scene.truth.coverage.end());
  }
  CHECK(images == wanted_images);
  CHECK(labels == wanted_labels);
  CHECK(masks == wanted_masks);
  CHECK(attributes == wanted_attributes);
}

TEST_CASE("a folder of scenes holds a picture, its masks and the facts of each") {
  const Folder folder;
  const Triangles triangles;
  REQUIRE(write_scene_files({triangles.kind, triangles.params, 7, 2, 32}, folder / "new/scenes"));
  for (const std::uint64_t seed : {7, 8}) {
    const Scene scene = triangles.draw(seed, 32);
    const std::string stem = (folder / "new/scenes/") + std::to_string(seed);
    CHECK(read_image(stem + ".png").value().pixels == scene.image.pixels);
    CHECK(read_image(stem + ".mask.png").value().pixels == mask_image(scene.truth, 32).pixels);
    for (const SceneMask& part : scene.parts) {
      std::string name = part.name;
      std::ranges::replace(name, ' ', '-');
      CHECK(read_image(stem + ".part." + name + ".png").value().pixels == mask_image(part, 32).pixels);
      CHECK(std::filesystem::exists(stem + ".object." + name + ".png"));
    }
    CHECK(std::filesystem::exists(stem + ".attribute.triangle.png"));
    const auto text = cli::read_file(stem + ".json").value();
    const auto* letters = reinterpret_cast<const char*>(text.data());
    const auto facts = nlohmann::json::parse(letters, letters + text.size());
    CHECK(facts["label"] == scene.label);
    CHECK(facts["class_name"] == std::string(triangles.kind.classes[std::size_t(scene.label)]));
    CHECK(facts["seed"] == std::to_string(seed));
    CHECK(facts["attributes"]["triangle"] == (scene.label == 1 ? "yes" : "no"));
    CHECK(facts["parts"].size() == scene.parts.size());
  }
}

TEST_CASE("a sheet shows the scenes in rows, with white where there are none") {
  const Folder folder;
  const Triangles triangles;
  REQUIRE(write_scene_sheet({triangles.kind, triangles.params, 7, 3, 24}, folder / "sheet.png"));
  const Image sheet = read_image(folder / "sheet.png").value();
  CHECK(sheet.height == 48);
  CHECK(sheet.width == 48);
  const Scene second = triangles.draw(8, 24), third = triangles.draw(9, 24);
  for (int y = 0; y < 24; ++y) {
    CHECK(std::equal(second.image.at(y, 0), second.image.at(y, 0) + 72, sheet.at(y, 24)));
    CHECK(std::equal(third.image.at(y, 0), third.image.at(y, 0) + 72, sheet.at(24 + y, 0)));
    CHECK(std::all_of(sheet.at(24 + y, 24), sheet.at(24 + y, 24) + 72, [](int v) { return v == 255; }));
  }
}

TEST_CASE("a sheet above the largest picture is refused") {
  const Folder folder;
  const Triangles triangles;
  const auto sheet = write_scene_sheet({triangles.kind, triangles.params, 0, 1000, 2048}, folder / "sheet.png");
  REQUIRE_FALSE(sheet);
  CHECK(sheet.error().code == ErrorCode::out_of_range);
}

TEST_CASE("the rate of drawing is a positive number") {
  const Triangles triangles;
  CHECK(scenes_per_second({triangles.kind, triangles.params, 0, 10, 24}).value() > 0);
}

TEST_CASE("a set that cannot be written or drawn is refused with the reason") {
  const Folder folder;
  const Triangles triangles;
  const auto unwritable = write_scene_arrays({triangles.kind, triangles.params, 0, 1, 24}, folder / "missing/set.npy");
  REQUIRE_FALSE(unwritable);
  CHECK(unwritable.error().code == ErrorCode::io);
  CHECK(unwritable.error().message.ends_with("missing/set.npy: cannot be written"));
  const auto tiny = write_scene_arrays({triangles.kind, triangles.params, 0, 1, 8}, folder / "set.npy");
  REQUIRE_FALSE(tiny);
  CHECK(tiny.error().message == "scene: size is 8 pixels, wanted 16 to 2048");
  const auto blocked = write_scene_files({triangles.kind, triangles.params, 0, 1, 24}, folder / "set.npy/below");
  REQUIRE_FALSE(blocked);
  CHECK(blocked.error().code == ErrorCode::io);
}
