/* Judges files through the C interface: accept TRUST BUNDLE NOW [TOTALS]. Prints the verdict; ends with its code. */
#include "solvency.h"

#include <stdio.h>
#include <stdlib.h>

static uint8_t *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(3);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*length + 1);
  if (bytes == NULL || fread(bytes, 1, *length, file) != *length) exit(3);
  fclose(file);
  return bytes;
}

static int told(int code, char *message) {
  fprintf(stderr, "%s\n", message == NULL ? "no message" : message);
  solvency_text_free(message);
  return code;
}

int main(int count, char **arguments) {
  if (count < 4) return 3;
  uint64_t now = strtoull(arguments[3], NULL, 10);
  size_t length = 0;
  char *message = NULL;
  solvency_trust *trust = NULL;
  uint8_t *document = read_file(arguments[1], &length);
  int code = solvency_trust_read(document, length, &trust, &message);
  free(document);
  if (code != SOLVENCY_ACCEPTED) return told(code, message);
  if (count > 4) {
    document = read_file(arguments[4], &length);
    code = solvency_trust_attach_totals(trust, document, length, now, &message);
    free(document);
    if (code != SOLVENCY_ACCEPTED) {
      solvency_trust_free(trust);
      return told(code, message);
    }
  }
  document = read_file(arguments[2], &length);
  char *verdict = NULL;
  code = solvency_accept(trust, document, length, now, &verdict);
  free(document);
  solvency_trust_free(trust);
  printf("%s\n", verdict == NULL ? "" : verdict);
  solvency_text_free(verdict);
  return code;
}
