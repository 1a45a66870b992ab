// Hears who asks to come in, with a plain WebSocket: Engine.IO 4, in which the server pings. The token goes
// out with CONNECT, so that it stands in no URL, and each connect has a fresh one.
//
//	go run . [topics]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// What a frame begins with: Engine.IO's packet type, and Socket.IO's after it.
const (
	opened  = "0"
	ping    = "2"
	pong    = "3"
	connect = "40"
	event   = "42"
	refused = "44"
)

// errRefused is what will not pass by trying again.
var errRefused = errors.New("refused")

var topics = []string{"device.request.allowed", "device.request.denied", "device.request.unknown"}

func main() {
	if len(os.Args) > 1 {
		topics = os.Args[1:]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for {
		err := listen(ctx)
		if ctx.Err() != nil {
			return
		}
		fmt.Fprintln(os.Stderr, err)
		if errors.Is(err, errRefused) {
			os.Exit(1)
		}
		// A plain WebSocket does not come back by itself.
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// listen returns when the connection is gone, and says why.
func listen(ctx context.Context) error {
	token, err := getSystemToken(ctx)
	if err != nil {
		return err
	}
	socket, _, err := websocket.Dial(ctx, url+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		return err
	}
	defer socket.CloseNow()
	socket.SetReadLimit(1 << 20)

	// One renewal is enough for all that was missed until then.
	var renewing atomic.Bool
	renew := func() {
		if !renewing.CompareAndSwap(false, true) {
			return
		}
		defer renewing.Store(false)
		if err := sayRenewed(ctx, socket); err != nil {
			fmt.Fprintln(os.Stderr, "The next invalidToken is another chance:", err)
		}
	}

	silence := time.Minute
	for {
		kind, body, err := read(ctx, socket, silence)
		if err != nil {
			return err
		}
		switch kind {
		case opened:
			silence = silenceIn(body)
			err = write(ctx, socket, connect, map[string]string{"systemId": systemID, "token": token})
		case connect:
			err = write(ctx, socket, event, []any{"subscribeIsolated", map[string]any{"topics": topics}})
		case ping:
			err = socket.Write(ctx, websocket.MessageText, []byte(pong))
		case event:
			err = hear(body, renew)
		case refused:
			err = fmt.Errorf("%w: %s", errRefused, body)
		}
		if err != nil {
			return err
		}
	}
}

// silenceIn is how long the server may be silent: it pings more often than that.
func silenceIn(hello []byte) time.Duration {
	var heartbeat struct{ PingInterval, PingTimeout time.Duration }
	if json.Unmarshal(hello, &heartbeat) != nil {
		return time.Minute
	}
	return (heartbeat.PingInterval + heartbeat.PingTimeout) * time.Millisecond
}

func hear(body []byte, renew func()) error {
	var said []json.RawMessage
	if err := json.Unmarshal(body, &said); err != nil {
		return err
	}
	fmt.Printf("{\"topic\":%s,\"event\":%s}\n", said[0], said[1])
	if string(said[0]) == `"invalidToken"` {
		// It came in the place of an event that met a lapsed token. What was missed follows the renewal.
		go renew()
	}
	return nil
}

func sayRenewed(ctx context.Context, socket *websocket.Conn) error {
	token, err := getSystemToken(ctx)
	if err != nil {
		return err
	}
	return write(ctx, socket, event, []any{"renewedToken", map[string]string{"token": token}})
}

// read gives up after so long a silence, because a cut cable says nothing.
func read(ctx context.Context, socket *websocket.Conn, silence time.Duration) (string, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	_, frame, err := socket.Read(ctx)
	body := bytes.TrimLeft(frame, "0123456789")
	return string(frame[:len(frame)-len(body)]), body, err
}

func write(ctx context.Context, socket *websocket.Conn, kind string, payload any) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	return socket.Write(ctx, websocket.MessageText, append([]byte(kind), body...))
}
