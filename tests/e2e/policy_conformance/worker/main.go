// worker stands in for cyclonus-worker in a pod: it tries all connections of one batch at once and says
// of each whether it came about. It speaks as cyclonus-worker does (github.com/mattfenwick/cyclonus,
// pkg/worker), but does itself what that starts a process of agnhost for, which is what a probe's time
// goes into.
//
//	worker --jobs '{"Requests":[{"Key":K,"Protocol":"TCP"|"UDP","Host":H,"Port":P},...]}'
//	[{"Request":{...},"Output":"","Error":""},...]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

// What is forbidden is dropped, so this is also how long a probe takes.
const timeout = 2 * time.Second

type request struct {
	Key      string
	Protocol string
	Host     string
	Port     int
}

type result struct {
	Request request
	Output  string
	Error   string
}

func main() {
	jobs := flag.String("jobs", "", "the batch, as JSON")
	flag.Parse()
	var batch struct{ Requests []request }
	if err := json.Unmarshal([]byte(*jobs), &batch); err != nil {
		fmt.Fprintln(os.Stderr, "worker: --jobs is not a batch:", err)
		os.Exit(2)
	}
	tried := make(chan result)
	for _, one := range batch.Requests {
		go func() {
			answer := result{Request: one}
			if err := try(one); err != nil {
				answer.Error = err.Error()
			}
			tried <- answer
		}()
	}
	results := make([]result, 0, len(batch.Requests))
	for range batch.Requests {
		results = append(results, <-tried)
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}

func try(one request) error {
	host := one.Host
	if net.ParseIP(host) == nil {
		host += "." // whole already: no need to try it with every search domain
	}
	address := net.JoinHostPort(host, strconv.Itoa(one.Port))
	switch one.Protocol {
	case "TCP":
		return tryTCP(address)
	case "UDP":
		return tryUDP(address)
	}
	return fmt.Errorf("no protocol %q", one.Protocol)
}

func tryTCP(address string) error {
	connection, err := net.DialTimeout("tcp4", address, timeout)
	if err != nil {
		return err
	}
	return connection.Close()
}

// Only an answer shows that a datagram arrived.
func tryUDP(address string) error {
	deadline := time.Now().Add(timeout)
	connection, err := net.DialTimeout("udp4", address, timeout)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := connection.Write([]byte("hostname\n")); err != nil {
		return err
	}
	_, err = connection.Read(make([]byte, 1024))
	return err
}
