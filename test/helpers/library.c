/* A library with a tracepoint: `gcc -shared -fPIC`. */
#include <sys/sdt.h>

long beat(void) {
  static long beats;
  DTRACE_PROBE1(library, beat, ++beats);
  return beats;
}
