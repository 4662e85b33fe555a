package standin;

/** What the user has to change, as a sentence; `rpk` prints it and ends with 1. */
final class Refusal extends RuntimeException {
  Refusal(String sentence) {
    super(sentence);
  }
}
