/* The verifier for programs that are not written in Rust.
 *
 * What a verdict does not show is in it ("notShown") and in spec/threats.md. Whoever can change the trust file decides what is accepted.
 *
 * Every function may be called from any thread. A trust may be used by several threads at once, but by none while
 * solvency_trust_attach_totals or solvency_trust_free runs on it. Texts are UTF-8 with a final zero and belong to the caller, who gives them
 * back to solvency_text_free. Nothing here reads a file, a clock or the network.
 */
#ifndef SOLVENCY_H
#define SOLVENCY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As the exit codes of the program. What is not SOLVENCY_ACCEPTED is not accepted. */
enum {
  SOLVENCY_ACCEPTED = 0, /* accepted, or done */
  SOLVENCY_REJECTED = 1, /* refused by a rule of spec/acceptance.md */
  SOLVENCY_UNUSABLE = 2  /* a null pointer, a trust file or totals that can't be used, a fault of the library */
};

/* A trust file whose keys are checked and prepared: made once, used for many bundles. */
typedef struct solvency_trust solvency_trust;

/* Reads a trust file (solvency-trust/1). SOLVENCY_ACCEPTED with *trust set, or SOLVENCY_UNUSABLE with *trust null. Where message is not null,
 * *message is then what is wrong, and null otherwise. */
int solvency_trust_read(const uint8_t *document, size_t length, solvency_trust **trust, char **message);

/* Attaches the custodian's certified totals (solvency-totals/1), where the trust file asks for them; now in Unix seconds. Where it fails,
 * nothing is attached any more. */
int solvency_trust_attach_totals(solvency_trust *trust, const uint8_t *document, size_t length, uint64_t now, char **message);

/* Moves on to what was accepted last and to the venue's latest claim, so that nothing older counts: a JSON object
 * {"seen": ... or null, "latestClaim": ...} with the fields of a trust file. */
int solvency_trust_move_on(solvency_trust *trust, const uint8_t *document, size_t length, char **message);

/* Frees a trust; null is allowed. */
void solvency_trust_free(solvency_trust *trust);

/* Judges a bundle (solvency-bundle/1) at a time in Unix seconds: SOLVENCY_ACCEPTED, SOLVENCY_REJECTED or SOLVENCY_UNUSABLE. Where verdict is
 * not null, *verdict is the JSON object that `solvency verify --json` prints, and null where it is SOLVENCY_UNUSABLE. */
int solvency_accept(const solvency_trust *trust, const uint8_t *bundle, size_t length, uint64_t now, char **verdict);

/* Frees a text; null is allowed. */
void solvency_text_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
