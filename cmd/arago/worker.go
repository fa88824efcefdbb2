package main

import (
	"encoding/json"
	"fmt"

	"arago/backend"
	"arago/backend/all"
	"arago/fourier"
	"arago/internal/settings"
	"arago/propagate"
	"arago/system"
)

// assignment is what a worker process of this program makes its plan from. It
// reads FITS files of the system itself; pupils come from its parent, sampled.
type assignment struct {
	File, Folder string
	Text         []byte // of the system file
	// Files are the FITS files as the parent has read them.
	Files []system.File
	// Backend is the choice that the parent has made.
	Backend   string
	Precision propagate.Precision
	// Recipe is what the parent was told, Machine what it chooses recipes by: one
	// processor alone might choose others.
	Recipe  string
	Machine *fourier.Machine
}

// describe returns the assignment of worker processes.
func (p *prepared) describe() ([]byte, error) {
	o := p.plan.Options()
	return json.Marshal(assignment{
		File: p.File, Folder: p.Folder, Text: p.Text, Files: p.Files, Backend: p.backends.Name(),
		Precision: o.Precision, Recipe: o.Recipe, Machine: o.Machine,
	})
}

// take makes the plan of an assignment; this is the worker's side.
func take(description []byte, o propagate.Options) (*propagate.Plan, error) {
	var t assignment
	if err := json.Unmarshal(description, &t); err != nil {
		return nil, fmt.Errorf("the assignment of a worker cannot be read: %w", err)
	}
	s, files, err := system.ParseFiles(t.File, t.Text, t.Folder)
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		if i >= len(t.Files) || f != t.Files[i] {
			return nil, fmt.Errorf("%s: %s has changed since the run began; start it again", t.File, f.Path)
		}
	}
	o.Precision, o.Recipe, o.Machine = t.Precision, t.Recipe, t.Machine
	if o.Backend, err = settings.Backends(all.Registry(), backend.Choice{Argument: t.Backend}); err != nil {
		return nil, err
	}
	return propagate.NewPlan(s, o)
}
