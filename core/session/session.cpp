#include "session/session.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <thread>
#include <utility>

#include "explainers/superpixel_game.h"
#include "ops/validate.h"
#include "session/label_search.h"

namespace whybox {
namespace {

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

int usable(int threads) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());  // 0: unknown
  return std::clamp(threads, 1, cores > 0 ? std::min(cores, kMaxThreads) : kMaxThreads);
}

/// The picture where `on`, its stand-in where not.
Image composed(const Image& image, const SuperpixelFindings& findings, std::span<const std::uint8_t> on) {
  Image result = image;
  const auto& labels = findings.segmentation.labels;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (!on[static_cast<std::size_t>(labels[i])])
      std::copy_n(&findings.fill.pixels[3 * i], 3, &result.pixels[3 * i]);
  return result;
}

/// Nearest-neighbour counterpart of unfit_heatmap: the label of the input pixel that a picture pixel's centre falls into.
Segmentation unfit_labels(const Segmentation& seen, int image_height, int image_width, Fit fit) {
  const auto [picture, input] = place_picture(image_height, image_width, seen.height, seen.width, fit);
  const auto source = [](int position, int from, int to) { return (2 * std::int64_t(position) + 1) * to / (2 * from); };
  Segmentation result{image_height, image_width, seen.count, {}};
  result.labels.assign(std::size_t(image_height) * static_cast<std::size_t>(image_width), -1);
  for (int y = 0; y < picture.height; ++y) {
    const auto* row = &seen.labels[std::size_t(input.top + source(y, picture.height, input.height)) * seen.width + input.left];
    auto* to = &result.labels[std::size_t(picture.top + y) * image_width + picture.left];
    for (int x = 0; x < picture.width; ++x) to[x] = row[source(x, picture.width, input.width)];
  }
  return result;
}

/// The picture's labels as the network sees the picture; beside it, the label of the nearest pixel.
Segmentation fit_labels(const Segmentation& cut, int input_height, int input_width, Fit fit) {
  const auto [picture, input] = place_picture(cut.height, cut.width, input_height, input_width, fit);
  const auto source = [](int position, int from, int to) {
    return (2 * std::int64_t(std::clamp(position, 0, from - 1)) + 1) * to / (2 * std::int64_t(from));
  };
  std::vector<std::int32_t> labels;
  for (int y = 0; y < input_height; ++y) {
    const auto* row = &cut.labels[std::size_t(picture.top + source(y - input.top, input.height, picture.height)) * std::size_t(cut.width) + std::size_t(picture.left)];
    for (int x = 0; x < input_width; ++x) labels.push_back(row[source(x - input.left, input.width, picture.width)]);
  }
  return relabel(input_height, input_width, std::move(labels));
}

}  // namespace

Result<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return fail(ErrorCode::invalid_argument, "seed: got \"{}\", wanted a whole number 0 to 2^64 - 1", text);
  return value;
}

Session::Session(int threads) : threads_(std::make_shared<ThreadPool>(usable(threads))) {}

Result<void> Session::load_model(std::span<const std::byte> file, std::string name, std::string_view labels_text) {
  WHYBOX_TRY(ModelBundle bundle, read_model(file, std::move(name), labels_text));
  WHYBOX_CHECK(whybox::validate(bundle.graph));
  WHYBOX_TRY(const auto scores, find_scores(bundle.graph));
  WHYBOX_CHECK(complete_labels(bundle, scores.classes));
  auto labels = bundle.labels;
  auto label_source = bundle.label_source;
  WHYBOX_TRY(auto network, Network::create(std::make_shared<const ModelBundle>(std::move(bundle)), threads_));
  forget_answers();
  network_ = std::move(network);
  labels_ = std::move(labels);
  label_source_ = std::move(label_source);
  return {};
}

Result<void> Session::set_labels(std::string_view labels_text) {
  WHYBOX_CHECK(need_model());
  WHYBOX_TRY(auto labels, parse_labels(labels_text));
  if (labels.size() != labels_.size())
    return fail(ErrorCode::bad_labels, "labels.txt: got {} labels, but the network has {} classes", labels.size(),
                labels_.size());
  labels_ = std::move(labels);
  label_source_ = "labels.txt";
  return {};
}

Result<void> Session::set_normalization(const Normalization& normalization) {
  WHYBOX_CHECK(need_model());
  WHYBOX_CHECK(network_->classifier().set_normalization(normalization));
  forget_answers();
  return {};
}

Result<void> Session::set_image(Image image) {
  WHYBOX_CHECK(validate(image));
  forget_answers();
  image_ = std::move(image);
  segments_.reset();
  return {};
}

Result<void> Session::set_segments(const Image& label_image) {
  if (!image_) return fail(ErrorCode::invalid_argument, "segments: there is no picture: set one first");
  WHYBOX_TRY(const Segmentation drawn, segments_of_colours(label_image));
  WHYBOX_TRY(segments_, segments_at(drawn, image_->height, image_->width));
  cancel();
  return {};
}

void Session::clear_segments() {
  if (segments_) cancel();
  segments_.reset();
}

void Session::set_fit(Fit fit) {
  if (fit != fit_) forget_answers();
  fit_ = fit;
}

Result<void> Session::set_probe(std::vector<Image> pictures) {
  for (const Image& picture : pictures) WHYBOX_CHECK(validate(picture));
  probe_ = std::move(pictures);
  return {};
}

Result<void> Session::set_updates(bool on) {
  WHYBOX_CHECK(need_model());
  network_->classifier().set_updates(on);
  return {};
}

void Session::forget_answers() {
  cancel();
  prediction_.reset();
  fitted_.reset();
  intervention_ = {};
}

Result<void> Session::need_model() const {
  if (!network_) return fail(ErrorCode::invalid_argument, "no model: load one first");
  return {};
}

Result<const Image*> Session::fitted() {
  WHYBOX_CHECK(need_model());
  if (!image_) return fail(ErrorCode::invalid_argument, "no picture: set one first");
  const Encoder& encoder = network_->classifier().encoder();
  if (!fitted_) fitted_ = fit_image(*image_, encoder.height(), encoder.width(), fit_);
  return &*fitted_;
}

Result<const Prediction*> Session::prediction() {
  WHYBOX_TRY(const Image* image, fitted());
  if (!prediction_) {
    WHYBOX_TRY(prediction_, network_->classifier().predict(*image));
  }
  return &*prediction_;
}

Ranking Session::ranked(const Prediction& prediction) const {
  Ranking ranking{.classes = {}, .forward_ms = 0};
  for (std::size_t i = 0; i < labels_.size(); ++i)
    ranking.classes.push_back({static_cast<int>(i), labels_[i], prediction.probabilities[i], prediction.logits[i]});
  // Quantised outputs tie often: logits break the tie where they can, then the lower index stands first.
  std::ranges::stable_sort(ranking.classes, std::greater{},
                           [](const ClassScore& score) { return std::pair(score.probability, score.logit); });
  return ranking;
}

Result<Ranking> Session::predict() {
  WHYBOX_TRY(const Image* image, fitted());
  const auto begin = std::chrono::steady_clock::now();
  WHYBOX_TRY(prediction_, network_->classifier().predict(*image));
  Ranking ranking = ranked(*prediction_);
  ranking.forward_ms = milliseconds_since(begin);
  return ranking;
}

Result<TensorId> Session::need_tensor(std::string_view name) const {
  const Graph& graph = network_->model().graph;
  const auto found = std::ranges::find_if(graph.nodes, [&](const Node& node) { return graph.tensor(node.output).name == name; });
  if (found != graph.nodes.end()) return found->output;
  return fail(ErrorCode::invalid_argument, "output \"{}\": the network has no tensor of that name", name);
}

Result<Tensor> Session::output(std::string_view name) {
  WHYBOX_TRY(const Image* image, fitted());
  WHYBOX_TRY(const TensorId tensor, need_tensor(name));
  return network_->classifier().activation(*image, tensor);
}

Result<Heatmap> Session::output_map(std::string_view name, int channel) {
  WHYBOX_TRY(const Tensor tensor, output(name));
  if (tensor.shape.size() != 4)
    return fail(ErrorCode::shape_mismatch, "output \"{}\" is {}, wanted a height and a width [1, H, W, C]", name, to_string(tensor.shape));
  const auto [height, width, channels] = std::array{tensor.shape[1], tensor.shape[2], tensor.shape[3]};
  if (channel < 0 || channel >= channels)
    return fail(ErrorCode::out_of_range, "output \"{}\": channel {} of {}", name, channel, channels);
  Heatmap map{height, width, {}};
  for (auto i = std::size_t(channel); i < tensor.values.size(); i += std::size_t(channels)) map.values.push_back(tensor.values[i]);
  const Encoder& encoder = network_->classifier().encoder();
  return unfit_heatmap(resize(map, encoder.height(), encoder.width()), image_->height, image_->width, fit_);
}

Result<Ranking> Session::predict_with(std::string_view name, std::span<const float> values) {
  WHYBOX_TRY(const Image* image, fitted());
  WHYBOX_TRY(const TensorId tensor, need_tensor(name));
  if (!all_finite(values)) return fail(ErrorCode::not_finite, "output \"{}\": got NaN or infinity, wanted finite numbers", name);
  const auto begin = std::chrono::steady_clock::now();
  WHYBOX_TRY(const Prediction prediction, intervention_.predict(network_->classifier(), *image, tensor, values));
  Ranking ranking = ranked(prediction);
  ranking.forward_ms = milliseconds_since(begin);
  return ranking;
}

Result<int> Session::find_class(std::string_view text) {
  WHYBOX_CHECK(need_model());
  if (!text.empty()) return find_label(labels_, text);
  WHYBOX_TRY(const Prediction* seen, prediction());
  int best = 0;
  const auto rank = [&](int i) { return std::pair(seen->probabilities[std::size_t(i)], seen->logits[std::size_t(i)]); };
  for (int i = 1; std::cmp_less(i, labels_.size()); ++i)
    if (rank(i) > rank(best)) best = i;
  return best;
}

Result<ClassScore> Session::score(int index) {
  WHYBOX_CHECK(need_model());
  if (index < 0 || std::cmp_greater_equal(index, labels_.size()))
    return fail(ErrorCode::out_of_range, "class {}: wanted an index 0 to {}", index, labels_.size() - 1);
  WHYBOX_TRY(const Prediction* seen, prediction());
  const auto i = static_cast<std::size_t>(index);
  return ClassScore{index, labels_[i], seen->probabilities[i], seen->logits[i]};
}

Result<void> Session::start(std::string_view method_id, Target target, const std::map<std::string, std::string>& given,
                            std::uint64_t seed) {
  WHYBOX_TRY(const Method* method, find_method(method_id));
  WHYBOX_TRY(Params params, resolve(method->params, given));
  WHYBOX_TRY(const Image* image, fitted());
  WHYBOX_TRY(target, network_->located(std::move(target), *image));
  WHYBOX_TRY(auto begun, ask(*method, target, params, seed));
  cancel();
  explanation_ = std::move(begun);
  method_ = method;
  params_ = std::move(params);
  target_ = std::move(target);
  seed_ = seed;
  return {};
}

Result<std::unique_ptr<Explanation>> Session::ask(const Method& method, const Target& target, const Params& params, std::uint64_t seed) {
  WHYBOX_TRY(const Image* image, fitted());
  std::optional<Segmentation> own;
  if (segments_) own = fit_labels(*segments_, image->height, image->width, fit_);
  return method.start({.network = *network_,
                       .image = *image,
                       .target = target,
                       .params = params,
                       .seed = seed,
                       .probe = probe_,
                       .segmentation = std::move(own)});
}

Result<void> Session::step() {
  WHYBOX_CHECK(need_explanation());
  if (finished()) return {};
  auto done = explanation_->step();
  if (!done) cancel();
  return done;
}

void Session::cancel() {
  cancel_runs();
  explanation_.reset();
}

Result<void> Session::begin_runs(int count) {
  WHYBOX_CHECK(need_explanation());
  if (!finished()) return fail(ErrorCode::invalid_argument, "runs: the explanation is not finished; finish it first");
  if (count < 2 || count > kMaxRuns) return fail(ErrorCode::out_of_range, "runs: got {} seeds, wanted 2 to {}", count, kMaxRuns);
  cancel_runs();
  runs_.emplace(count);
  return keep_run(*explanation_);
}

Result<void> Session::keep_run(const Explanation& explanation) {
  const Heatmap map = explanation.heatmap();
  if (!all_finite(map.values)) return fail(ErrorCode::not_finite, "method {}: its map holds NaN or infinity, wanted finite numbers", method_->id);
  const auto* superpixels = explanation.superpixels();
  runs_->add(unfit_heatmap(map, image_->height, image_->width, fit_), superpixels ? std::span<const float>(superpixels->weights) : std::span<const float>{});
  return {};
}

Result<void> Session::step_runs() {
  if (!runs_ || runs_->finished()) return {};
  auto stepped = [&]() -> Result<void> {
    if (!run_) {
      WHYBOX_TRY(run_, ask(*method_, target_, params_, seed_ + std::uint64_t(runs_->done())));
    }
    if (run_->progress() < 1) WHYBOX_CHECK(run_->step());
    if (run_->progress() < 1) return {};
    WHYBOX_CHECK(keep_run(*run_));
    run_.reset();
    return {};
  }();
  if (!stepped) cancel_runs();
  return stepped;
}

void Session::cancel_runs() {
  run_.reset();
  runs_.reset();
}

double Session::runs_progress() const {
  if (!runs_) return 0;
  if (runs_->finished()) return 1;
  // The first answer was there before: it is no work.
  return (runs_->done() - 1 + (run_ ? run_->progress() : 0)) / (runs_->wanted() - 1);
}

Result<void> Session::need_explanation() const {
  if (!explanation_) return fail(ErrorCode::invalid_argument, "no explanation is running: start one first");
  return {};
}

Result<Heatmap> Session::heatmap() const {
  WHYBOX_CHECK(need_explanation());
  const Heatmap map = explanation_->heatmap();
  if (!all_finite(map.values))
    return fail(ErrorCode::not_finite, "method {}: its map holds NaN or infinity, wanted finite numbers", method_->id);
  return unfit_heatmap(map, image_->height, image_->width, fit_);
}

std::optional<Heatmap> Session::errors() const {
  if (!explanation_) return std::nullopt;
  auto map = explanation_->errors();
  if (const auto* found = explanation_->superpixels(); !map && found && !found->errors.empty()) map = painted(found->segmentation, found->errors);
  if (!map || !all_finite(map->values)) return std::nullopt;
  return unfit_heatmap(*map, image_->height, image_->width, fit_);
}

Result<const SuperpixelFindings*> Session::need_superpixels() const {
  WHYBOX_CHECK(need_explanation());
  const SuperpixelFindings* findings = explanation_->superpixels();
  if (!findings) return fail(ErrorCode::invalid_argument, "method {}: it has no superpixels to switch", method_->id);
  return findings;
}

Result<Image> Session::switched_image(std::span<const std::uint8_t> on) const {
  WHYBOX_TRY(const SuperpixelFindings* findings, need_superpixels());
  if (std::cmp_not_equal(on.size(), findings->segmentation.count))
    return fail(ErrorCode::shape_mismatch, "superpixel switches: got {}, wanted {}, one per superpixel", on.size(),
                findings->segmentation.count);
  return composed(*fitted_, *findings, on);
}

Result<Switched> Session::switch_superpixels(std::span<const std::uint8_t> on) {
  WHYBOX_TRY(const Image image, switched_image(on));
  WHYBOX_TRY(Prediction prediction, network_->classifier().predict(image, Pictures::alike));
  const SuperpixelFindings& findings = *explanation_->superpixels();
  double surrogate = findings.intercept;
  for (std::size_t i = 0; i < findings.weights.size(); ++i)
    if (on[i]) surrogate += findings.weights[i];
  return Switched{std::move(prediction.probabilities), static_cast<float>(surrogate)};
}

Result<Segmentation> Session::superpixels_in_image() const {
  WHYBOX_TRY(const SuperpixelFindings* findings, need_superpixels());
  return unfit_labels(findings->segmentation, image_->height, image_->width, fit_);
}

}  // namespace whybox
