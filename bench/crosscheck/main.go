// Checks Czernin's journals with other people's code: golang.org/x/mod/sumdb/note for signed notes,
// github.com/transparency-dev/merkle for the tree and its proofs, Go's own crypto/ed25519 and encoding/json for the rest.
//
//	go run . verify DIR   what make.ts wrote there
//	go run . make DIR     writes checkpoints and proofs for check.ts
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/note"
)

type inclusion struct {
	Index uint64   `json:"index"`
	Size  uint64   `json:"size"`
	Path  [][]byte `json:"path"`
}

type consistency struct {
	First  uint64   `json:"first"`
	Second uint64   `json:"second"`
	Path   [][]byte `json:"path"`
}

// exchange is what both sides write: leaves are the hashed data, roots[n] the root of the first n.
type exchange struct {
	Leaves      [][]byte      `json:"leaves"`
	Roots       [][]byte      `json:"roots"`
	Vkey        string        `json:"vkey"`
	Note        string        `json:"note"`
	Witness     string        `json:"witness,omitempty"`
	Cosigned    string        `json:"cosigned,omitempty"`
	Inclusion   []inclusion   `json:"inclusion"`
	Consistency []consistency `json:"consistency"`
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

func check(ok bool, format string, args ...any) {
	if !ok {
		log.Fatalf("REFUSED: "+format, args...)
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: crosscheck verify|make DIR")
	}
	switch dir := os.Args[2]; os.Args[1] {
	case "verify":
		verify(dir)
	case "make":
		write(dir)
	default:
		log.Fatal("usage: crosscheck verify|make DIR")
	}
}

func verify(dir string) {
	var x exchange
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(dir, "ours.json"))), &x); err != nil {
		log.Fatal(err)
	}
	tree := testonly.New(rfc6962.DefaultHasher)
	tree.AppendData(x.Leaves...)
	for n := range x.Roots {
		check(bytes.Equal(tree.HashAt(uint64(n)), x.Roots[n]), "root of %d", n)
	}
	fmt.Printf("roots: %d agree\n", len(x.Roots))
	for _, p := range x.Inclusion {
		leaf := rfc6962.DefaultHasher.HashLeaf(x.Leaves[p.Index])
		err := proof.VerifyInclusion(rfc6962.DefaultHasher, p.Index, p.Size, leaf, p.Path, x.Roots[p.Size])
		check(err == nil, "inclusion %d in %d: %v", p.Index, p.Size, err)
	}
	for _, p := range x.Consistency {
		err := proof.VerifyConsistency(rfc6962.DefaultHasher, p.First, p.Second, p.Path, x.Roots[p.First], x.Roots[p.Second])
		check(err == nil, "consistency %d to %d: %v", p.First, p.Second, err)
	}
	fmt.Printf("proofs: %d inclusion, %d consistency verified by transparency-dev/merkle\n", len(x.Inclusion), len(x.Consistency))

	opened := must(note.Open([]byte(x.Note), note.VerifierList(must(note.NewVerifier(x.Vkey)))))
	lines := strings.Split(opened.Text, "\n")
	check(lines[1] == fmt.Sprint(len(x.Leaves)), "checkpoint size %s", lines[1])
	check(lines[2] == base64.StdEncoding.EncodeToString(x.Roots[len(x.Leaves)]), "checkpoint root")
	fmt.Printf("checkpoint: %s of size %s opened by x/mod/sumdb/note\n", opened.Sigs[0].Name, lines[1])
	both := must(note.Open([]byte(x.Cosigned), note.VerifierList(must(note.NewVerifier(x.Vkey)), must(newCosigner(x.Witness)))))
	check(len(both.Sigs) == 2, "cosignature")
	fmt.Printf("cosignature: %s verified\n", both.Sigs[1].Name)
	fmt.Printf("journal: %d entries verified line by line\n", journal(filepath.Join(dir, "entries.jsonl"), x))
}

// cosigner verifies c2sp.org/tlog-cosignature Ed25519 signatures (type 4), which x/mod does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) != 33 || material[0] != 4 {
		return nil, fmt.Errorf("not a cosigner key: %v", err)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), material...))
	id := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", id) != parts[1] {
		return nil, fmt.Errorf("key id %08x is not %s", id, parts[1])
	}
	return &cosigner{parts[0], id, material[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(text), sig[8:])
}

// journal follows docs/journal-format.md from the page alone: signatures, chain, payload digests, key changes.
func journal(path string, x exchange) int {
	type line struct {
		Header    json.RawMessage
		Payload   json.RawMessage
		Salt      []byte
		Signature []byte
	}
	file := must(os.Open(path))
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	var key ed25519.PublicKey
	var previous string
	n := 0
	for ; scanner.Scan(); n++ {
		var l line
		var h struct {
			Journal, Previous, Kind, Digest string
			Index                           int
		}
		var p struct {
			Key, RecoveryKey, Possession []byte
			Case                         struct{ ID string }
		}
		must(0, json.Unmarshal(scanner.Bytes(), &l))
		must(0, json.Unmarshal(l.Header, &h))
		must(0, json.Unmarshal(l.Payload, &p))
		if n == 0 {
			key = p.Key
			sum := sha256.Sum256(append([]byte("czernin/journal/v1\n"+p.Case.ID+"\n"), key...))
			previous = hex.EncodeToString(sum[:])
			check(previous == h.Journal, "journal id")
		}
		signer := key
		if h.Kind == "key-recovered" {
			signer = p.RecoveryKey
		}
		check(h.Index == n && h.Previous == previous, "place of entry %d", n)
		check(ed25519.Verify(signer, append([]byte("czernin/entry/v1\n"), l.Header...), l.Signature), "signature of entry %d", n)
		digest := sha256.Sum256(append(append([]byte("czernin/payload/v1\n"), l.Salt...), l.Payload...))
		check(hex.EncodeToString(digest[:]) == h.Digest, "payload of entry %d", n)
		signed := fmt.Sprintf(`{"header":%s,"signature":"%s"}`, l.Header, base64.StdEncoding.EncodeToString(l.Signature))
		check(signed == string(x.Leaves[n]), "leaf %d", n)
		previous = hex.EncodeToString(rfc6962.DefaultHasher.HashLeaf([]byte(signed)))
		if h.Kind == "key-rotated" || h.Kind == "key-recovered" {
			key = p.Key
			text := fmt.Sprintf("czernin/key/v1\n%s\n%d\n%s", h.Journal, n, base64.StdEncoding.EncodeToString(key))
			check(ed25519.Verify(key, []byte(text), p.Possession), "possession in entry %d", n)
		}
	}
	must(0, scanner.Err())
	check(n == len(x.Leaves), "%d lines", n)
	return n
}

// write makes what check.ts verifies: a log of 100 leaves signed by x/mod's note, with proofs of transparency-dev/merkle.
func write(dir string) {
	tree := testonly.New(rfc6962.DefaultHasher)
	x := exchange{}
	for i := range 100 {
		data := []byte(strings.Repeat("leaf ", i) + fmt.Sprint(i))
		tree.AppendData(data)
		x.Leaves = append(x.Leaves, data)
	}
	for n := range len(x.Leaves) + 1 {
		x.Roots = append(x.Roots, tree.HashAt(uint64(n)))
	}
	for n := uint64(1); n <= 100; n++ {
		for i := uint64(0); i < n; i += 1 + n/7 {
			x.Inclusion = append(x.Inclusion, inclusion{i, n, must(tree.InclusionProof(i, n))})
			x.Consistency = append(x.Consistency, consistency{i + 1, n, must(tree.ConsistencyProof(i+1, n))})
		}
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, "example.org/go-log")
	check(err == nil, "key: %v", err)
	text := fmt.Sprintf("example.org/go-log\n100\n%s\n", base64.StdEncoding.EncodeToString(x.Roots[100]))
	x.Vkey = vkey
	x.Note = string(must(note.Sign(&note.Note{Text: text}, must(note.NewSigner(skey)))))
	must(0, os.WriteFile(filepath.Join(dir, "theirs.json"), must(json.Marshal(x)), 0o644))
	fmt.Println("wrote theirs.json")
}
