#include "graph/falkordb_connection.h"

#include <hiredis/hiredis.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <span>

#include "graph/code_graph.h"

namespace argus::worker {
namespace {

struct ContextDeleter {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ContextPtr = std::unique_ptr<redisContext, ContextDeleter>;
using ReplyPtr = std::unique_ptr<redisReply, ReplyDeleter>;

timeval to_timeval(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
  timeval out{};
  out.tv_sec = seconds.count();
  out.tv_usec = rest.count();
  return out;
}

std::string_view text_of(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view() : std::string_view(reply.str, reply.len);
}

std::span<redisReply* const> elements_of(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY) return {};
  return {reply.element, reply.elements};
}

// What the server may accept later. Everything else it refuses for what the command says.
bool is_retryable(std::string_view message) {
  constexpr std::array kLater = {"LOADING", "BUSY", "OOM ", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN",
                                 "READONLY", "MISCONF", "Max pending queries exceeded",
                                 "Query timed out", "max number of clients",
                                 // Mistakes in the installation, which someone will mend:
                                 "NOAUTH", "NOPERM", "DENIED", "unknown command"};
  for (const std::string_view word : kLater) {
    if (message.find(word) != std::string_view::npos) return true;
  }
  return false;
}

[[noreturn]] void throw_refused(std::string_view message) {
  throw GraphError(is_retryable(message), "FalkorDB refused: " + std::string(message));
}

StoreValue plain_value(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return {std::string(text_of(reply))};
    case REDIS_REPLY_INTEGER:
      return {static_cast<std::int64_t>(reply.integer)};
    case REDIS_REPLY_ARRAY: {
      StoreValue::List list;
      for (const redisReply* element : elements_of(reply)) list.push_back(plain_value(*element));
      return {std::move(list)};
    }
    default:
      return {};
  }
}

// The types of a compact result set that this program reads.
enum CompactType : long long {
  kCompactString = 2,
  kCompactInteger = 3,
  kCompactBoolean = 4,
  kCompactDouble = 5,
  kCompactArray = 6,
};

StoreValue compact_value(const redisReply& reply) {
  const auto pair = elements_of(reply);
  if (pair.size() != 2 || pair[0]->type != REDIS_REPLY_INTEGER) return {};
  const redisReply& value = *pair[1];
  switch (pair[0]->integer) {
    case kCompactString:
      return {std::string(text_of(value))};
    case kCompactInteger:
      return {static_cast<std::int64_t>(value.integer)};
    case kCompactBoolean:
      return {text_of(value) == "true"};
    case kCompactDouble:
      return {std::strtod(std::string(text_of(value)).c_str(), nullptr)};
    case kCompactArray: {
      StoreValue::List list;
      for (const redisReply* element : elements_of(value)) list.push_back(compact_value(*element));
      return {std::move(list)};
    }
    default:
      return {};
  }
}

std::optional<std::string_view> error_of(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) return text_of(reply);
  const auto parts = elements_of(reply);
  // An error of a query that had begun to answer is the last element of its reply.
  if (!parts.empty() && parts.back()->type == REDIS_REPLY_ERROR) return text_of(*parts.back());
  return std::nullopt;
}

StoreRows rows_of(const redisReply& reply, StoreValue (*value_of)(const redisReply&)) {
  StoreRows rows;
  const auto parts = elements_of(reply);
  if (parts.size() < 3) return rows;  // statistics only
  const auto stored = elements_of(*parts[1]);
  rows.reserve(stored.size());
  for (const redisReply* row : stored) {
    auto& cells = rows.emplace_back();
    const auto values = elements_of(*row);
    cells.reserve(values.size());
    for (const redisReply* cell : values) cells.push_back(value_of(*cell));
  }
  return rows;
}

std::string run_of(std::string_view server) {
  constexpr std::string_view kField = "run_id:";
  const auto at = server.find(kField);
  if (at == std::string_view::npos) return {};
  server.remove_prefix(at + kField.size());
  return std::string(server.substr(0, server.find('\r')));
}

}  // namespace

std::int64_t StoreValue::integer() const {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

const std::string& StoreValue::text() const {
  static const std::string kNone;
  const auto* found = std::get_if<std::string>(&value);
  return found == nullptr ? kNone : *found;
}

const StoreValue::List& StoreValue::list() const {
  static const List kNone;
  const auto* found = std::get_if<List>(&value);
  return found == nullptr ? kNone : *found;
}

struct FalkorDbConnection::Impl {
  ContextPtr context;

  [[noreturn]] void throw_lost(const char* doing) {
    const std::string why = context->errstr;
    context->err = context->err == 0 ? REDIS_ERR_OTHER : context->err;
    throw GraphError(true, std::string("lost the connection to FalkorDB while ") + doing + ": " +
                               (why.empty() ? "no reply" : why));
  }

  void send(std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    if (redisAppendCommandArgv(context.get(), static_cast<int>(texts.size()), texts.data(),
                               sizes.data()) != REDIS_OK) {
      throw_lost("writing a command");
    }
    int done = 0;
    while (done == 0) {
      if (redisBufferWrite(context.get(), &done) != REDIS_OK) throw_lost("sending a command");
    }
  }

  ReplyPtr receive() {
    void* reply = nullptr;
    if (redisGetReply(context.get(), &reply) != REDIS_OK || reply == nullptr) {
      throw_lost("waiting for a reply");
    }
    return ReplyPtr(static_cast<redisReply*>(reply));
  }
};

FalkorDbConnection::FalkorDbConnection(const FalkorDbEndpoint& endpoint)
    : impl_(std::make_unique<Impl>()) {
  const std::string where = endpoint.host + ":" + std::to_string(endpoint.port);
  impl_->context.reset(redisConnectWithTimeout(endpoint.host.c_str(), endpoint.port,
                                               to_timeval(endpoint.connect_timeout)));
  if (!impl_->context || impl_->context->err != 0) {
    throw GraphError(true, "cannot connect to FalkorDB at " + where + ": " +
                               (impl_->context ? impl_->context->errstr : "out of memory"));
  }
  redisSetTimeout(impl_->context.get(), to_timeval(endpoint.reply_timeout));
  redisEnableKeepAlive(impl_->context.get());
  log_in(endpoint);
  run_ = run_of(command({"INFO", "server"}).text());
}

void FalkorDbConnection::log_in(const FalkorDbEndpoint& endpoint) {
  if (endpoint.password.empty()) return;
  std::vector<std::string> words = {"AUTH"};
  if (!endpoint.user.empty()) words.push_back(endpoint.user);
  words.push_back(endpoint.password);
  try {
    command(words);
  } catch (const GraphError& error) {
    // The event is not to blame: it waits until the login is right.
    throw GraphError(true,
                     std::string(error.what()) + ": check FALKORDB_USERNAME and FALKORDB_PASSWORD");
  }
}

FalkorDbConnection::~FalkorDbConnection() = default;

bool FalkorDbConnection::broken() const { return impl_->context->err != 0 || outstanding_ != 0; }

StoreValue FalkorDbConnection::command(const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  impl_->send(views);
  const ReplyPtr reply = impl_->receive();
  if (const auto error = error_of(*reply)) throw_refused(*error);
  return plain_value(*reply);
}

StoreRows FalkorDbConnection::query(std::string_view graph, std::string_view text) {
  send_query(graph, text);
  return std::move(collect().back());
}

StoreRows FalkorDbConnection::read(std::string_view graph, std::string_view text) {
  const std::array<std::string_view, 3> words = {"GRAPH.QUERY", graph, text};
  impl_->send(words);
  const ReplyPtr reply = impl_->receive();
  if (const auto error = error_of(*reply)) throw_refused(*error);
  return rows_of(*reply, plain_value);
}

void FalkorDbConnection::send_query(std::string_view graph, std::string_view text) {
  const std::array<std::string_view, 4> words = {"GRAPH.QUERY", graph, text, "--compact"};
  impl_->send(words);
  ++outstanding_;
}

std::vector<StoreRows> FalkorDbConnection::collect() {
  std::vector<StoreRows> results;
  std::optional<std::string> refused;
  while (outstanding_ > 0) {
    const ReplyPtr reply = impl_->receive();
    --outstanding_;
    const auto error = error_of(*reply);
    if (error && !refused) refused = std::string(*error);
    results.push_back(error ? StoreRows() : rows_of(*reply, compact_value));
  }
  if (refused) throw_refused(*refused);
  return results;
}

}  // namespace argus::worker
