#include "cli/scene_set.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <format>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/file.h"
#include "cli/image_file.h"
#include "cli/npy.h"
#include "session/describe.h"

namespace whybox::cli {
namespace {

constexpr int kDrawThreads = 2;
constexpr int kChunk = 512;  // scenes in memory at once: 20 MB at 96 pixels

/// One array that grows by whole scenes.
class ArrayFile {
 public:
  ArrayFile(std::string path, const std::vector<int>& shape) : path_(std::move(path)), stream_(path_, std::ios::binary) {
    stream_ << npy_header("|u1", shape);
  }
  void write(const std::vector<std::uint8_t>& values) {
    stream_.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size()));
  }
  Result<void> close() {
    stream_.close();
    if (!stream_) return fail(ErrorCode::io, "{}: cannot be written", path_);
    return {};
  }

 private:
  std::string path_;
  std::ofstream stream_;
};

/// Scenes first, ..., first + count - 1 of the set.
Result<std::vector<Scene>> draw_chunk(const SceneSet& set, int first, int count) {
  std::vector<Scene> scenes(static_cast<std::size_t>(count));
  std::array<std::optional<Error>, kDrawThreads> errors;
  const auto work = [&](int thread) {
    for (int i = thread; i < count && !errors[static_cast<std::size_t>(thread)]; i += kDrawThreads) {
      auto scene = set.kind.draw(set.params, set.seed + static_cast<std::uint64_t>(first + i), set.size);
      if (scene) scenes[static_cast<std::size_t>(i)] = *std::move(scene);
      else errors[static_cast<std::size_t>(thread)] = scene.error();
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kDrawThreads; ++thread) threads.emplace_back(work, thread);
  for (std::thread& thread : threads) thread.join();
  for (auto& error : errors)
    if (error) return std::unexpected(*std::move(error));
  return scenes;
}

std::vector<std::uint8_t> values_of(const Scene& scene) {
  std::vector<std::uint8_t> values;
  for (const SceneAttribute& attribute : scene.attributes) values.push_back(static_cast<std::uint8_t>(attribute.value));
  return values;
}

/// Names of masks hold letters, digits and spaces.
std::string in_file_name(std::string name) {
  std::ranges::replace(name, ' ', '-');
  return name;
}

Result<void> write_mask(const std::string& stem, std::string_view what, std::string_view name,
                        const std::vector<std::uint8_t>& coverage, int size) {
  return write_png(std::format("{}.{}.{}.png", stem, what, in_file_name(std::string(name))), mask_image({{}, coverage}, size));
}

Result<void> write_masks(const SceneSet& set, const Scene& scene, const std::string& stem) {
  WHYBOX_CHECK(write_png(stem + ".mask.png", mask_image(scene.truth, set.size)));
  for (const SceneMask& mask : scene.objects) WHYBOX_CHECK(write_mask(stem, "object", mask.name, mask.coverage, set.size));
  for (const SceneMask& mask : scene.parts) WHYBOX_CHECK(write_mask(stem, "part", mask.name, mask.coverage, set.size));
  for (std::size_t i = 0; i < scene.attributes.size(); ++i)
    WHYBOX_CHECK(write_mask(stem, "attribute", set.kind.attributes[i].id, scene.attributes[i].coverage, set.size));
  return {};
}

Result<void> write_one(const SceneSet& set, std::uint64_t seed, const std::filesystem::path& folder) {
  WHYBOX_TRY(const Scene scene, set.kind.draw(set.params, seed, set.size));
  const std::string stem = (folder / std::to_string(seed)).string();
  WHYBOX_CHECK(write_png(stem + ".png", scene.image));
  WHYBOX_CHECK(write_masks(set, scene, stem));
  const std::string text = facts_of(set, seed, scene).dump(2) + "\n";
  return write_file(stem + ".json", std::as_bytes(std::span(text)));
}

void paste(Image& sheet, const Image& image, int top, int left) {
  for (int y = 0; y < image.height; ++y) std::copy_n(image.at(y, 0), std::size_t(image.width) * 3, sheet.at(top + y, left));
}

}  // namespace

Result<void> write_scene_arrays(const SceneSet& set, const std::string& path) {
  const std::string stem = path.ends_with(".npy") ? path.substr(0, path.size() - 4) : path;
  ArrayFile images(stem + ".npy", {set.count, set.size, set.size, 3});
  ArrayFile labels(stem + ".labels.npy", {set.count});
  ArrayFile attributes(stem + ".attributes.npy", {set.count, static_cast<int>(set.kind.attributes.size())});
  ArrayFile masks(stem + ".masks.npy", {set.count, set.size, set.size});
  for (int first = 0; first < set.count; first += kChunk) {
    WHYBOX_TRY(const auto scenes, draw_chunk(set, first, std::min(kChunk, set.count - first)));
    for (const Scene& scene : scenes) {
      images.write(scene.image.pixels);
      labels.write({static_cast<std::uint8_t>(scene.label)});
      attributes.write(values_of(scene));
      masks.write(scene.truth.coverage);
    }
  }
  WHYBOX_CHECK(images.close());
  WHYBOX_CHECK(labels.close());
  WHYBOX_CHECK(attributes.close());
  return masks.close();
}

Result<void> write_scene_files(const SceneSet& set, const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, "{}: cannot be made: {}", folder, error.message());
  for (int i = 0; i < set.count; ++i) WHYBOX_CHECK(write_one(set, set.seed + static_cast<std::uint64_t>(i), folder));
  return {};
}

Result<void> write_scene_sheet(const SceneSet& set, const std::string& path) {
  int columns = 1;
  while (columns * columns < set.count) ++columns;
  const int rows = (set.count + columns - 1) / columns;
  const std::int64_t pixels = std::int64_t(rows) * columns * set.size * set.size;
  if (pixels > kMaxImagePixels)
    return fail(ErrorCode::out_of_range, "--sheet: {} scenes of {} pixels a side are {} pixels, wanted at most {}", set.count,
                set.size, pixels, kMaxImagePixels);
  Image sheet{rows * set.size, columns * set.size, std::vector<std::uint8_t>(std::size_t(pixels) * 3, 255)};
  for (int i = 0; i < set.count; ++i) {
    WHYBOX_TRY(const Scene scene, set.kind.draw(set.params, set.seed + static_cast<std::uint64_t>(i), set.size));
    paste(sheet, scene.image, i / columns * set.size, i % columns * set.size);
  }
  return write_png(path, sheet);
}

Result<double> scenes_per_second(const SceneSet& set) {
  const auto begin = std::chrono::steady_clock::now();
  for (int first = 0; first < set.count; first += kChunk)
    WHYBOX_CHECK(draw_chunk(set, first, std::min(kChunk, set.count - first)));
  return set.count / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

nlohmann::ordered_json facts_of(const SceneSet& set, std::uint64_t seed, const Scene& scene) {
  const auto names = [](const std::vector<SceneMask>& masks) {
    Json list = Json::array();
    for (const SceneMask& mask : masks) list.push_back(mask.name);
    return list;
  };
  Json attributes = Json::object();
  for (std::size_t i = 0; i < scene.attributes.size(); ++i) {
    const AttributeSpec& spec = set.kind.attributes[i];
    attributes[std::string(spec.id)] = spec.values[static_cast<std::size_t>(scene.attributes[i].value)];
  }
  return {{"kind", set.kind.id},
          {"params", describe(std::span(set.kind.params), set.params)},
          {"seed", std::to_string(seed)},
          {"height", scene.image.height},
          {"width", scene.image.width},
          {"label", scene.label},
          {"class_name", set.kind.classes[static_cast<std::size_t>(scene.label)]},
          {"attributes", std::move(attributes)},
          {"objects", names(scene.objects)},
          {"parts", names(scene.parts)}};
}

Image mask_image(const SceneMask& mask, int size) {
  Image image{size, size, {}};
  for (const std::uint8_t value : mask.coverage) image.pixels.insert(image.pixels.end(), 3, value);
  return image;
}

}  // namespace whybox::cli
