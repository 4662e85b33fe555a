#include "base/run_until_stopped.h"

#include <exception>
#include <thread>

#include "base/log.h"
#include "base/shutdown.h"

namespace argus::base {

int run_until_stopped(const std::string& program,
                      const std::function<int(std::stop_token stop)>& work) {
  Shutdown shutdown;
  int status = kWorkFailed;
  std::jthread worker([&] {
    try {
      status = work(shutdown.token());
    } catch (const std::exception& error) {
      log_error(program + " failed", {{"reason", error.what()}});
    }
    shutdown.request();
  });
  shutdown.wait();
  worker.join();
  return status;
}

}  // namespace argus::base
