package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var (
	url      = strings.TrimRight(setting("DOORSTREAM_URL", "http://127.0.0.1:8080"), "/")
	clientID = setting("DOORSTREAM_CLIENT", "demo")
	secret   = setting("DOORSTREAM_SECRET", "demo-secret")
	systemID = setting("DOORSTREAM_SYSTEM", "0738b8df-329a-4d50-88e7-7a48928c4d6f")
)

var web = http.Client{Timeout: 10 * time.Second}

// getSystemToken goes two steps: the API client gets an id token, which is traded for a token of one system.
func getSystemToken(ctx context.Context) (string, error) {
	var got struct {
		IDToken string `json:"id_token"`
		Token   string `json:"token"`
	}
	identify := func(request *http.Request) { request.SetBasicAuth(clientID, secret) }
	if err := post(ctx, "/oauth2/token", "grant_type=client_credentials", identify, &got); err != nil {
		return "", err
	}
	bear := func(request *http.Request) { request.Header.Set("Authorization", "Bearer "+got.IDToken) }
	err := post(ctx, "/api/systems/"+systemID+"/token", "", bear, &got)
	return got.Token, err
}

func post(ctx context.Context, path, form string, authorize func(*http.Request), answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, strings.NewReader(form))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	authorize(request)
	response, err := web.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return json.NewDecoder(response.Body).Decode(answer)
	}
	why, _ := io.ReadAll(response.Body)
	err = fmt.Errorf("%s answered %s: %s", path, response.Status, why)
	if response.StatusCode < 500 && response.StatusCode != http.StatusTooManyRequests {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
