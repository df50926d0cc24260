// Runs the built command as a person would: what it prints, what it writes, and how it fails. WHYBOX_BINARY is its path.
#include <sys/wait.h>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "../core/session/tiny_model.h"
#include "cli/file.h"
#include "cli/image_file.h"
#include "picture_files.h"

using namespace whybox;
using namespace whybox::testing;
using nlohmann::json;

namespace {

std::string text_of(const std::filesystem::path& path) {
  const auto bytes = cli::read_file(path.string());
  REQUIRE(bytes.has_value());
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

/// A folder with a model, its labels and pictures, removed at the end.
class Workplace {
 public:
  Workplace() {
    std::string name = (std::filesystem::temp_directory_path() / "whybox_command_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    REQUIRE(cli::write_file(path("colours.tflite"), colour_network()).has_value());
    write("labels.txt", std::string(kColourLabels));
    REQUIRE(cli::write_png(path("picture.png"), two_colours(20, 30, kRed, {255, 80, 0})).has_value());
  }
  ~Workplace() { std::filesystem::remove_all(folder_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    REQUIRE(cli::write_file(path(name), std::as_bytes(std::span(text))).has_value());
  }

 private:
  std::filesystem::path folder_;
};

struct Answer {
  int status;
  std::string out, error;
};

/// `{}` in the arguments stands for the workplace.
Answer whybox_command(const Workplace& place, std::string arguments) {
  for (std::size_t at; (at = arguments.find("{}")) != std::string::npos;) arguments.replace(at, 2, place.path(""));
  const std::string line = std::string(WHYBOX_BINARY) + " " + arguments + " >'" + place.path("stdout") + "' 2>'" +
                           place.path("stderr") + "' </dev/null";
  const int status = std::system(line.c_str());
  REQUIRE(WIFEXITED(status));
  return {WEXITSTATUS(status), text_of(place.path("stdout")), text_of(place.path("stderr"))};
}

json answered(const Workplace& place, const std::string& arguments) {
  const Answer answer = whybox_command(place, arguments);
  INFO(arguments << "\n" << answer.error);
  REQUIRE(answer.status == 0);
  CHECK(answer.error.empty());
  return json::parse(answer.out);
}

/// The one line on standard error, without the program's name.
std::string refused(const Workplace& place, const std::string& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  const Answer answer = whybox_command(place, arguments);
  INFO(arguments << "\n" << answer.error);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(answer.status == 2);
  CHECK(answer.out.empty());
  CHECK(std::ranges::count(answer.error, '\n') == 1);
  REQUIRE(answer.error.starts_with("whybox: "));
  return answer.error.substr(8);
}

const std::string kInput = " --model {}colours.tflite --labels {}labels.txt --image {}picture.png ";

}  // namespace

TEST_CASE("predict tells the best classes with their probabilities") {
  const Workplace place;
  const json answer = answered(place, "predict --json --top 2" + kInput);
  CHECK(answer.at("model") == "colours.tflite");
  CHECK(answer.at("forward_ms").get<double>() >= 0);
  CHECK(answer.at("image").at("width") == 30);
  REQUIRE(answer.at("top").size() == 2);
  CHECK(answer.at("top").at(0).at("index") == 0);
  CHECK(answer.at("top").at(0).at("label") == "red");
  CHECK(answer.at("top").at(0).at("probability").get<double>() > answer.at("top").at(1).at("probability").get<double>());
}

TEST_CASE("predict tells further tensors of the network when asked to") {
  const Workplace place;
  CHECK_FALSE(answered(place, "predict --json" + kInput).contains("outputs"));
  const json answer = answered(place, "predict --json --output mean --output colours" + kInput);
  REQUIRE(answer.at("outputs").size() == 2);
  CHECK(answer.at("outputs").at(0).at("name") == "mean");
  CHECK(answer.at("outputs").at(0).at("shape") == json::array({1, 3}));
  CHECK(answer.at("outputs").at(0).at("values").at(0) == 1);  // red is 255 everywhere
  CHECK(answer.at("outputs").at(1).at("values").size() == 8 * 8 * 3);
  CHECK(whybox_command(place, "predict --output mean" + kInput).out.contains("mean [1, 3], -1 to 1"));
  CHECK(refused(place, "predict --output nowhere" + kInput).contains("output \"nowhere\": the network has no tensor of that name"));
}

TEST_CASE("predict without --json is for people") {
  const Workplace place;
  const Answer answer = whybox_command(place, "predict" + kInput);
  CHECK(answer.status == 0);
  CHECK(answer.out.contains("colours.tflite: 3 classes"));
  CHECK(answer.out.contains("red"));
}

TEST_CASE("normalisation and threads are options") {
  const Workplace place;
  const auto probability = [&](const std::string& options) {
    return answered(place, "predict --json" + kInput + options).at("top").at(0).at("probability").get<double>();
  };
  CHECK(probability("--mean 0 --std 255,255,255") < probability(""));
  CHECK(probability("--threads 2") == probability(""));
  CHECK(refused(place, "predict" + kInput + "--mean 1,2").contains("--mean: got 2 numbers, wanted 1 or 3"));
  CHECK(refused(place, "predict" + kInput + "--std 0").contains("std"));
  CHECK(refused(place, "predict" + kInput + "--threads 0").contains("--threads"));
}

TEST_CASE("explain writes a float32 map of the picture's shape and a painted picture") {
  const Workplace place;
  const json answer =
      answered(place, "explain --json --method lime --param samples=50 --param segmentation=grid --param superpixels=6 "
                      "--seed 3 --target RED --out {}map.npy --png {}map.png" +
                          kInput);
  CHECK(answer.at("method") == "lime");
  CHECK(answer.at("target").at("index") == 0);
  CHECK(answer.at("target").at("label") == "red");
  CHECK(answer.at("params").at("samples") == 50);
  CHECK(answer.at("seed") == "3");
  for (const char* const key : {"load", "predict", "explain"}) CHECK(answer.at("timings_ms").at(key).get<double>() >= 0);
  CHECK(answer.at("superpixels").at("weights").size() == answer.at("superpixels").at("count").get<std::size_t>());
  CHECK(answer.at("superpixels").at("intercept").is_number());
  CHECK_FALSE(answer.at("findings").empty());
  const std::string map = text_of(place.path("map.npy"));
  CHECK(map.contains("'descr': '<f4', 'fortran_order': False, 'shape': (20, 30), "));
  CHECK(map.size() == 128 + 20 * 30 * sizeof(float));
  const auto painted = cli::read_image(place.path("map.png"));
  REQUIRE(painted.has_value());
  CHECK(painted->width == 30);
}

TEST_CASE("display options change the painted picture, are told, and leave the numbers alone") {
  const Workplace place;
  const std::string arguments = "explain --json --method integrated-gradients --out {}map.npy --png {}map.png" + kInput;
  const json plain = answered(place, arguments);
  const std::string numbers = text_of(place.path("map.npy")), picture = text_of(place.path("map.png"));
  const json shown = answered(place, arguments + "--smooth 3 --sign magnitude --clip 90");
  CHECK(text_of(place.path("map.npy")) == numbers);
  CHECK(text_of(place.path("map.png")) != picture);
  CHECK(plain.at("display") == json{{"sign", "both"}, {"smoothing_sigma", 0.0}, {"clip_percentile", 100.0}});
  CHECK(shown.at("display") == json{{"sign", "magnitude"}, {"smoothing_sigma", 3.0}, {"clip_percentile", 90.0}});
  CHECK(plain.at("heatmap") == shown.at("heatmap"));
  const Answer text = whybox_command(place, "explain --method grad-cam --png {}map.png --smooth 2" + kInput);
  CHECK(text.out.contains("picture shows smoothed (Gaussian of 2 pixels)"));
  CHECK(refused(place, "explain --method grad-cam --sign up" + kInput).contains("--sign: got \"up\""));
}

TEST_CASE("every method explains by its defaults, and the same seed gives the same bytes") {
  const Workplace place;
  for (const json& method : answered(place, "methods --json")) {
    const auto id = method.at("id").get<std::string>();
    INFO(id);
    const std::string arguments = "explain --json --seed 5 --out {}map.npy --method " + id + kInput;
    CHECK(answered(place, arguments).at("map") == method.at("map"));
    const std::string first = text_of(place.path("map.npy"));
    answered(place, arguments + "--threads 2");
    CHECK(text_of(place.path("map.npy")) == first);
  }
}

TEST_CASE("several seeds are summed up, and the map is their mean") {
  const Workplace place;
  const std::string question = "explain --model {}/colours.tflite --image {}/picture.png --method lime --target 0 --param samples=12 --param superpixels=6 ";
  const Answer once = whybox_command(place, question + "--out {}/one.npy --json");
  const Answer many = whybox_command(place, question + "--seeds 4 --out {}/mean.npy --errors {}/spread.npy --json");
  REQUIRE(many.status == 0);
  const json answer = json::parse(many.out), alone = json::parse(once.out);
  CHECK(answer["runs"]["count"] == 4);
  CHECK(answer["runs"]["superpixels"]["mean"].size() == answer["superpixels"]["weights"].size());
  CHECK(answer["superpixels"]["weights"] == alone["superpixels"]["weights"]);  // the first run is the question itself
  CHECK(text_of(place.path("mean.npy")) != text_of(place.path("one.npy")));
  CHECK(text_of(place.path("spread.npy")).size() == text_of(place.path("mean.npy")).size());
  CHECK_FALSE(alone.contains("runs"));
  const Answer plain = whybox_command(place, "explain --model {}/colours.tflite --image {}/picture.png --method occlusion --seeds 5");
  CHECK(plain.out.find("another seed changes nothing") != std::string::npos);
}

TEST_CASE("a label image is cut by, and refused where it is none") {
  const Workplace place;
  REQUIRE(cli::write_png(place.path("labels.png"), two_colours(20, 30, kRed, kBlue)).has_value());
  REQUIRE(cli::write_png(place.path("tall.png"), two_colours(30, 20, kRed, kBlue)).has_value());
  const std::string question = "explain --model {}/colours.tflite --image {}/picture.png --json --method ";
  const Answer own = whybox_command(place, question + "kernel-shap --segments {}/labels.png");
  REQUIRE(own.status == 0);
  CHECK(json::parse(own.out)["superpixels"]["count"] == 2);
  CHECK(json::parse(own.out)["params"]["segmentation"] == "own");
  const Answer tall = whybox_command(place, question + "kernel-shap --segments {}/tall.png");
  CHECK(tall.status == 2);
  CHECK(tall.error.find("wanted the same proportions") != std::string::npos);
  CHECK(whybox_command(place, question + "occlusion --segments {}/labels.png").error.find("method occlusion has no superpixels") != std::string::npos);
  CHECK(whybox_command(place, question + "occlusion --errors {}/e.npy").error.find("knows no standard errors") != std::string::npos);
}

TEST_CASE("every way of fitting gives a map of the picture's shape") {
  const Workplace place;
  for (const std::string fit : {"stretch", "centre-crop", "letterbox"}) {
    const json answer = answered(place, "explain --json --method grad-cam --fit " + fit + kInput);
    CHECK(answer.at("fit") == fit);
    CHECK(answer.at("heatmap").at("height") == 20);
    CHECK(answer.at("heatmap").at("width") == 30);
  }
}

TEST_CASE("segment writes labels and outlines in the picture's shape") {
  const Workplace place;
  for (const std::string kind : {"slic", "grid"}) {
    const json answer =
        answered(place, "segment --json --image {}picture.png --count 6 --out {}l.npy --png {}l.png --superpixels " + kind);
    CHECK(answer.at("count").get<int>() >= 1);
    CHECK(answer.at("params").at("segmentation") == kind);
    int pixels = 0;
    for (const json& count : answer.at("pixels")) pixels += count.get<int>();
    CHECK(pixels == 20 * 30);
    CHECK(text_of(place.path("l.npy")).contains("'descr': '<i4', 'fortran_order': False, 'shape': (20, 30), "));
    CHECK(cli::read_image(place.path("l.png")).has_value());
  }
}

TEST_CASE("methods lists the registry") {
  const Workplace place;
  const json methods = answered(place, "methods --json");
  CHECK(methods.size() == whybox::methods().size());
  const Answer text = whybox_command(place, "methods");
  for (const json& method : methods) CHECK(text.out.contains(method.at("id").get<std::string>()));
}

TEST_CASE("scene draws a picture and its truth") {
  const Workplace place;
  const json answer = answered(place, "scene --json --seed 4 --size 64 --png {}scene.png --mask {}mask.png");
  CHECK(answer.at("seed") == "4");
  CHECK(cli::read_image(place.path("scene.png"))->width == 64);
  CHECK(cli::read_image(place.path("mask.png"))->height == 64);
}

TEST_CASE("help and version answer on standard output with status 0") {
  const Workplace place;
  for (const std::string arguments :
       {"--help", "--version", "predict --help", "explain --help", "segment --help", "methods --help", "scene --help"}) {
    const Answer answer = whybox_command(place, arguments);
    INFO(arguments);
    CHECK(answer.status == 0);
    CHECK_FALSE(answer.out.empty());
    CHECK(answer.error.empty());
  }
}

TEST_CASE("wrong arguments are refused in one line with status 2") {
  const Workplace place;
  refused(place, "");
  refused(place, "guess");
  refused(place, "predict");
  refused(place, "predict --image {}picture.png");
  refused(place, "predict --frobnicate" + kInput);
  refused(place, "predict --top 0" + kInput);
  refused(place, "predict --top many" + kInput);
  refused(place, "explain --seed -1 --method lime" + kInput);
  CHECK(refused(place, "predict --fit squeeze" + kInput).contains("wanted stretch, centre-crop or letterbox"));
  CHECK(refused(place, "explain --method magic" + kInput).contains("unknown method \"magic\"; there are: "));
  CHECK(refused(place, "explain --method lime --target purple" + kInput).contains("class \"purple\""));
  CHECK(refused(place, "explain --method lime --target 3" + kInput) == "class 3: wanted an index 0 to 2\n");
  CHECK(refused(place, "explain --method lime --param samples" + kInput).contains("wanted NAME=VALUE"));
  CHECK(refused(place, "explain --method lime --param samples=-5" + kInput).contains("parameter samples: got -5"));
  CHECK(refused(place, "explain --method lime --param tint=red" + kInput).contains("unknown parameter \"tint\""));
  CHECK(refused(place, "explain --method grad-cam --param layer=nowhere" + kInput).contains("nowhere"));
  CHECK(refused(place, "explain --method grad-cam --out {}none/map.npy" + kInput).contains("none/map.npy: cannot be written"));
  CHECK(refused(place, "segment --image {}picture.png --superpixels voronoi").contains("wanted one of slic, grid"));
  CHECK(refused(place, "scene --kind mermaid").contains("unknown kind of scene"));
}

TEST_CASE("files that are missing or wrong are refused in one line with status 2, naming the file") {
  const Workplace place;
  place.write("notes.tflite", "these are notes, no network\n");
  place.write("short.tflite", text_of(place.path("colours.tflite")).substr(0, 200));
  place.write("empty", "");
  place.write("two.txt", "one\ntwo\n");
  place.write("broken.png", text_of(place.path("picture.png")).substr(0, 60));
  const std::string model = "predict --model {}colours.tflite --image ", picture = "predict --image {}picture.png --model ";
  CHECK(refused(place, model + "{}none.png").contains("none.png: cannot be opened"));
  CHECK(refused(place, model + "{}").contains("is a folder"));
  CHECK(refused(place, model + "{}broken.png").contains("broken.png: broken PNG"));
  CHECK(refused(place, model + "{}colours.tflite").contains("wanted a PNG or JPEG picture"));
  CHECK(refused(place, model + "{}empty").contains("an empty file"));
  CHECK(refused(place, picture + "{}none.tflite").contains("none.tflite: cannot be opened"));
  CHECK(refused(place, picture + "{}notes.tflite").contains("notes.tflite"));
  CHECK(refused(place, picture + "{}short.tflite").contains("short.tflite"));
  CHECK(refused(place, picture + "{}empty").contains("empty"));
  CHECK(refused(place, picture + "{}colours.tflite --labels {}two.txt").contains("two.txt"));
  CHECK(refused(place, picture + "{}colours.tflite --labels {}empty").contains("empty"));
}

TEST_CASE("pictures of unusual kinds are predicted, or refused in one line, within a second") {
  const Workplace place;
  place.write("pixel.png", png_file({1, 1, 8, PngColour::rgb, png_rows(1, std::string("\xff\x00\x00", 3))}));
  place.write("grey.png", png_file({4, 4, 8, PngColour::grey, png_rows(4, "abcd")}));
  place.write("deep.png", png_file({1, 2, 16, PngColour::rgb, png_rows(1, std::string("\xff\xff\0\0\0\0\xff\xff\0\0\0\0", 12))}));
  place.write("wide.png", png_file({20, 12000, 8, PngColour::rgb, png_rows(20, std::string(36000, '\x60'))}));
  place.write("huge.png", png_file({60000, 60000, 8, PngColour::rgb, png_rows(1, "abc")}));
  place.write("grey.jpg", jpeg_file({8, 8, TJPF_GRAY, std::vector<std::uint8_t>(64, 90)}, TJSAMP_GRAY));
  const std::string predict = "predict --json --labels {}labels.txt --model {}colours.tflite --image ";
  CHECK(answered(place, predict + "{}pixel.png").at("top").at(0).at("label") == "red");
  CHECK(answered(place, predict + "{}deep.png").at("top").at(0).at("label") == "red");
  for (const std::string name : {"grey.png", "grey.jpg", "wide.png"}) {
    INFO(name);
    const json top = answered(place, predict + "{}" + name).at("top");
    // The same in every channel, and so in every class.
    CHECK(top.at(0).at("probability").get<double>() == Catch::Approx(1.0 / 3).epsilon(1e-5));
  }
  CHECK(refused(place, predict + "{}huge.png").contains("60000 x 60000 pixels"));
  for (const std::string name : {"pixel.png", "wide.png"})
    answered(place, "explain --json --method grad-cam --model {}colours.tflite --out {}map.npy --image {}" + name);
}

TEST_CASE("standard output that cannot be written is a failure") {
  if (!std::filesystem::exists("/dev/full")) SKIP("no /dev/full here");
  const Workplace place;
  const std::string line = std::string(WHYBOX_BINARY) + " methods --json >/dev/full 2>'" + place.path("stderr") + "'";
  const int status = std::system(line.c_str());
  CHECK(WEXITSTATUS(status) == 2);
  CHECK(text_of(place.path("stderr")).contains("standard output cannot be written"));
}
