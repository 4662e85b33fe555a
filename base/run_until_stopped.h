// The life of a program that serves: its work runs on a thread, and SIGTERM or SIGINT stops it.
//
// Threads: call on the main thread, before any other starts, so that all inherit the blocked
// signals; `work` runs on a thread of its own. Failure: none; what `work` throws is logged.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

namespace argus::base {

// Exit status of a program whose work threw.
inline constexpr int kWorkFailed = 1;

// What `work` returned, or kWorkFailed. `program` names it in the log. A second signal ends the
// process at once.
int run_until_stopped(const std::string& program,
                      const std::function<int(std::stop_token stop)>& work);

}  // namespace argus::base
