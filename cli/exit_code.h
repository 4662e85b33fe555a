// What argusctl tells its caller; listed in --help.
//
// Threads: constants.
#pragma once

namespace argus::cli {

enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kWrongUsage = 2,
  kTimedOut = 3,
  kRefused = 4,
  kInterrupted = 128,  // plus the signal's number
};

}  // namespace argus::cli
