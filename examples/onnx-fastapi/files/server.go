package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello, %s\n", r.URL.Path[1:])
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
