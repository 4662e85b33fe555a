#include "live_services.h"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace argus::worker::live {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    throw std::runtime_error(std::string(name) +
                             " is not set: start the services with deploy/local/services up kafka "
                             "falkordb and take over the output of deploy/local/services env");
  }
  return value;
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error(path + " cannot be read");
  return line;
}

// The script finds the instance through ARGUS_LOCAL_DIR and the ports in the environment.
void run_script(const Services& services, const std::string& arguments) {
  const std::string command = "'" + services.script + "' " + arguments + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace

Services services() {
  Services out;
  out.kafka.bootstrap_servers = variable("ARGUS_TEST_KAFKA");
  out.kafka.username = variable("ARGUS_TEST_KAFKA_USER");
  out.kafka_password_file = variable("ARGUS_TEST_KAFKA_PASSWORD_FILE");
  out.kafka.password = first_line(out.kafka_password_file);
  out.kafka.client_id = "argus-test";
  out.falkordb.host = variable("ARGUS_TEST_FALKORDB_HOST");
  out.falkordb.port = static_cast<std::uint16_t>(std::stoi(variable("ARGUS_TEST_FALKORDB_PORT")));
  out.falkordb_password_file = variable("ARGUS_TEST_FALKORDB_PASSWORD_FILE");
  out.falkordb.password = first_line(out.falkordb_password_file);
  out.script = variable("ARGUS_TEST_SERVICES");
  out.directory = variable("ARGUS_TEST_SERVICES_DIR");
  return out;
}

void kill_falkordb(const Services& services) {
  run_script(services, "stop falkordb --signal KILL");
}
void start_falkordb(const Services& services) { run_script(services, "up falkordb"); }
void stop_kafka(const Services& services) { run_script(services, "stop kafka"); }
void start_kafka(const Services& services) { run_script(services, "up kafka"); }

int process_of(const Services& services, const std::string& name) {
  std::ifstream file(services.directory + "/pids/" + name + ".json");
  return nlohmann::json::parse(file).at("pid").get<int>();
}

}  // namespace argus::worker::live
