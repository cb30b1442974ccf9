/*
 * Listens at a Unix socket and tells everybody who connects its process id. The path may be longer than a socket's
 * can be: it goes to the directory first.
 */
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char directory[4096], name[4096];
  if (argc != 2 || strlen(argv[1]) >= sizeof name) return 1;
  strcpy(directory, argv[1]);
  strcpy(name, argv[1]);
  signal(SIGPIPE, SIG_IGN); /* Some hang up before they are told. */
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(argv[1]) < sizeof address.sun_path) {
    strcpy(address.sun_path, argv[1]);
  } else {
    if (chdir(dirname(directory)) != 0) return 1;
    strcpy(address.sun_path, basename(name));
  }
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) return perror("bind"), 1;
  if (listen(listener, 16) != 0) return perror("listen"), 1;
  puts("listening");
  fflush(stdout);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) continue;
    dprintf(connection, "%d\n", getpid());
    close(connection);
  }
}
