// The networks under models/ that know photographs, on photographs: those lie beside the checkout or where WHYBOX_SHARED says, or nowhere.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/image_file.h"
#include "core/models/shipped.h"
#include "engine/preprocess.h"

using namespace whybox;
using namespace whybox::test;

namespace {

std::filesystem::path photos_folder() {
  const char* given = std::getenv("WHYBOX_SHARED");
  const auto shared = given ? std::filesystem::path(given) : std::filesystem::path(WHYBOX_SOURCE_DIR) / ".." / "shared";
  return shared / "data" / "clothing";
}

struct Photo {
  std::filesystem::path file;
  std::string class_name;
};

/// The rows of labels.csv (path, class, split, ...) of one split.
std::vector<Photo> photos_of(const std::string& split) {
  std::ifstream file(photos_folder() / "labels.csv");
  std::vector<Photo> found;
  for (std::string line; std::getline(file, line);) {
    std::istringstream row(line);
    std::string path, name, part;
    std::getline(std::getline(std::getline(row, path, ','), name, ','), part, ',');
    if (part == split) found.push_back({photos_folder() / path, name});
  }
  return found;
}

double accuracy(Classifier& classifier, const std::vector<Photo>& photos) {
  int right = 0;
  for (const Photo& photo : photos) {
    const auto image = cli::read_image(photo.file.string());
    REQUIRE(image.has_value());
    const auto answer = classifier.predict(fit_image(*image, classifier.encoder().height(), classifier.encoder().width(), Fit::stretch));
    REQUIRE(answer.has_value());
    const auto best = std::ranges::max_element(answer->probabilities) - answer->probabilities.begin();
    right += classifier.model().labels[std::size_t(best)] == photo.class_name;
  }
  return double(right) / double(photos.size());
}

}  // namespace

TEST_CASE("photographs by people it never saw give the accuracies on a network's card", "[.zoo]") {
  if (photos_of("val").empty()) SKIP("no photographs");
  for (const auto& entry : manifest()["models"]) {
    if (!entry.contains("photos")) continue;
    const auto photos = photos_of(entry["photos"]["split"]);
    CHECK(photos.size() == entry["photos"]["count"].get<std::size_t>());
    for (const auto& [variant, claimed] : entry["photos"]["accuracy"].items()) {
      CAPTURE(entry["id"].get<std::string>(), variant);
      Classifier classifier = classifier_of(entry, variant);
      const double reached = accuracy(classifier, photos);
      WARN(entry["id"].get<std::string>() << " " << variant << ": card " << claimed << ", here " << reached);
      // Another JPEG decoder and another filter for shrinking: photographs at the border between classes change sides.
      CHECK(std::abs(reached - claimed.get<double>()) <= 0.015);
    }
  }
}
