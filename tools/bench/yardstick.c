// yardstick INPUT FOLDER BLOCK-BYTES [sync]: the work of sealing 6 + 2, done natively by two threads, to know the machine.
//
// Reads INPUT; AES-128-GCM in chunks of 16 KiB, each with its tag (OpenSSL); deals the sealed bytes in stripes of six
// blocks; two blocks of parity (ISA-L); SHA-256 of every block of all eight fragments (docs/format.md, sections 4 and 8);
// writes FOLDER/0 to FOLDER/7, each its blocks and then their hashes. With `sync` all is on the disk when it ends.
//
// It is no sealer: it wraps no key, pads nothing and puts key and nonce beside the fragments, where the test finds them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <isa-l.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DATA = 6, PARITY = 2, TOTAL = DATA + PARITY, CHUNK = 16384, TAG = 16, SEALED_CHUNK = CHUNK + TAG };
enum { KEY = 16, NONCE = 12, HASH = 32, THREADS = 2, RUN_BYTES = 1 << 20 };

static int input, output[TOTAL];
static uint64_t input_bytes, sealed_bytes, stripes, block_bytes, run_stripes;
static unsigned char key[KEY], base_nonce[NONCE], tables[32 * DATA * PARITY];
static unsigned char *hashes[TOTAL];
static atomic_uint_fast64_t next_run;

static void require(int holds, const char *what) {
  if (holds) return;
  perror(what);
  exit(1);
}

static uint64_t smaller(uint64_t left, uint64_t right) { return left < right ? left : right; }
static uint64_t ceiling(uint64_t value, uint64_t divisor) { return (value + divisor - 1) / divisor; }

static void read_all(unsigned char *to, uint64_t bytes, uint64_t offset) {
  while (bytes > 0) {
    ssize_t got = pread(input, to, bytes, (off_t)offset);
    require(got > 0, "read");
    to += got, offset += (uint64_t)got, bytes -= (uint64_t)got;
  }
}

static void write_all(int file, struct iovec *pieces, int count, uint64_t offset) {
  while (count > 0) {
    ssize_t put = pwritev(file, pieces, count, (off_t)offset);
    require(put > 0, "write");
    offset += (uint64_t)put;
    for (; count > 0 && (size_t)put >= pieces->iov_len; pieces++, count--) put -= (ssize_t)pieces->iov_len;
    if (count > 0) pieces->iov_base = (char *)pieces->iov_base + put, pieces->iov_len -= (size_t)put;
  }
}

static void seal_chunk(EVP_CIPHER_CTX *cipher, uint64_t index, const unsigned char *plain, int bytes, unsigned char *to) {
  unsigned char nonce[NONCE];
  memcpy(nonce, base_nonce, NONCE);
  for (int byte = 0; byte < 8; byte++) nonce[NONCE - 1 - byte] ^= (unsigned char)(index >> (8 * byte));
  int length;
  int done = EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, nonce) == 1 &&
             EVP_EncryptUpdate(cipher, to, &length, plain, bytes) == 1 &&
             EVP_EncryptFinal_ex(cipher, to + length, &length) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, to + bytes) == 1;
  require(done, "AES-GCM");
}

static void hash_block(EVP_MD_CTX *digest, const EVP_MD *sha256, const unsigned char *block, uint64_t bytes, unsigned char *to) {
  static const unsigned char leaf = 0;
  int done = EVP_DigestInit_ex(digest, sha256, NULL) == 1 && EVP_DigestUpdate(digest, &leaf, 1) == 1 &&
             EVP_DigestUpdate(digest, block, bytes) == 1 && EVP_DigestFinal_ex(digest, to, NULL) == 1;
  require(done, "SHA-256");
}

// Runs of stripes, whoever is free takes the next. A chunk that lies across two runs is sealed for both.
static void *work(void *unused) {
  (void)unused;
  uint64_t stripe_bytes = DATA * block_bytes;
  unsigned char *plain = malloc(run_stripes * stripe_bytes + 2 * CHUNK);
  unsigned char *sealed = malloc(run_stripes * stripe_bytes + 2 * SEALED_CHUNK);
  unsigned char *parity = malloc(PARITY * run_stripes * block_bytes);
  struct iovec *pieces = malloc(run_stripes * sizeof *pieces);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  EVP_MD_CTX *digest = EVP_MD_CTX_new();
  EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  require(plain && sealed && parity && pieces && cipher && digest && sha256, "memory");
  require(EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), NULL, key, NULL) == 1, "AES-GCM");

  for (uint64_t first; (first = atomic_fetch_add(&next_run, 1) * run_stripes) < stripes;) {
    uint64_t end = smaller(first + run_stripes, stripes);
    uint64_t from = first * stripe_bytes, to = smaller(end * stripe_bytes, sealed_bytes);
    uint64_t chunk = from / SEALED_CHUNK, last_chunk = (to - 1) / SEALED_CHUNK;
    uint64_t offset = chunk * CHUNK, bytes = smaller((last_chunk + 1) * CHUNK, input_bytes) - offset;
    unsigned char *dealt = sealed + (from - chunk * SEALED_CHUNK);
    read_all(plain, bytes, offset);
    for (uint64_t at = chunk; at <= last_chunk; at++) {
      uint64_t done = (at - chunk) * CHUNK;
      seal_chunk(cipher, at, plain + done, (int)smaller(CHUNK, bytes - done), sealed + (at - chunk) * SEALED_CHUNK);
    }

    uint64_t block = block_bytes;
    for (uint64_t stripe = first; stripe < end; stripe++) {
      unsigned char *blocks[TOTAL];
      if (stripe == stripes - 1) {
        uint64_t rest = sealed_bytes - stripe * stripe_bytes;
        block = ceiling(rest, DATA);
        memset(dealt + (stripe - first) * stripe_bytes + rest, 0, DATA * block - rest);
      }
      for (int index = 0; index < DATA; index++)
        blocks[index] = dealt + (stripe - first) * stripe_bytes + (uint64_t)index * block;
      for (int index = 0; index < PARITY; index++)
        blocks[DATA + index] = parity + ((uint64_t)index * run_stripes + stripe - first) * block_bytes;
      ec_encode_data((int)block, DATA, PARITY, tables, blocks, blocks + DATA);
      for (int index = 0; index < TOTAL; index++)
        hash_block(digest, sha256, blocks[index], block, hashes[index] + stripe * HASH);
    }
    for (int index = 0; index < TOTAL; index++) {
      for (uint64_t stripe = first; stripe < end; stripe++) {
        uint64_t length = stripe == stripes - 1 ? block : block_bytes;
        unsigned char *start = index < DATA
                                   ? dealt + (stripe - first) * stripe_bytes + (uint64_t)index * length
                                   : parity + ((uint64_t)(index - DATA) * run_stripes + stripe - first) * block_bytes;
        pieces[stripe - first] = (struct iovec){.iov_base = start, .iov_len = length};
      }
      write_all(output[index], pieces, (int)(end - first), first * block_bytes);
    }
  }
  return NULL;
}

static int create(const char *name) {
  int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
  require(file >= 0, name);
  return file;
}

int main(int count, char **arguments) {
  if (count < 4 || (block_bytes = strtoull(arguments[3], NULL, 10)) < 4096 || block_bytes > RUN_BYTES) {
    fprintf(stderr, "yardstick INPUT FOLDER BLOCK-BYTES [sync]\n");
    return 64;
  }
  int sync = count > 4 && strcmp(arguments[4], "sync") == 0;
  struct stat facts;
  input = open(arguments[1], O_RDONLY);
  require(input >= 0 && fstat(input, &facts) == 0, arguments[1]);
  require(facts.st_size > 0, "an empty input");
  input_bytes = (uint64_t)facts.st_size;
  sealed_bytes = input_bytes + TAG * ceiling(input_bytes, CHUNK);
  stripes = ceiling(sealed_bytes, DATA * block_bytes);
  run_stripes = RUN_BYTES / block_bytes;
  require(mkdir(arguments[2], 0700) == 0 && chdir(arguments[2]) == 0, arguments[2]);

  require(RAND_bytes(key, KEY) == 1 && RAND_bytes(base_nonce, NONCE) == 1, "random bytes");
  struct iovec secrets[] = {{key, KEY}, {base_nonce, NONCE}};
  write_all(create("key"), secrets, 2, 0);
  unsigned char matrix[TOTAL * DATA];
  gf_gen_cauchy1_matrix(matrix, TOTAL, DATA);
  ec_init_tables(DATA, PARITY, matrix + DATA * DATA, tables);
  for (int index = 0; index < TOTAL; index++) {
    char name[] = {(char)('0' + index), 0};
    output[index] = create(name);
    require((hashes[index] = malloc(stripes * HASH)) != NULL, "memory");
  }

  pthread_t threads[THREADS];
  for (int index = 0; index < THREADS; index++)
    require(pthread_create(threads + index, NULL, work, NULL) == 0, "thread");
  for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);

  uint64_t last = ceiling(sealed_bytes - (stripes - 1) * DATA * block_bytes, DATA);
  for (int index = 0; index < TOTAL; index++) {
    struct iovec leaves = {hashes[index], stripes * HASH};
    write_all(output[index], &leaves, 1, (stripes - 1) * block_bytes + last);
    if (sync) require(fsync(output[index]) == 0, "fsync");
    require(close(output[index]) == 0, "close");
  }
  if (sync) {
    int folder = open(".", O_RDONLY | O_DIRECTORY);
    require(folder >= 0 && fsync(folder) == 0, "fsync");
  }
  return 0;
}
