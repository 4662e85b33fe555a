/* Holds a pod's namespaces: waits until it is told to end, and collects the children that others leave. */
#include <signal.h>
#include <unistd.h>

static void end(int number) { _exit(number != SIGTERM); }

int main(void) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, SIG_IGN);
  for (;;) pause();
}
