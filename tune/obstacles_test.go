package tune_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"arago/tune"
)

// Figures that cannot be kept, or read, are an error with the name of what is in the way;
// figures that nobody has kept are none.
func TestWhatStandsInTheWayOfFiguresIsTold(t *testing.T) {
	folder := t.TempDir()
	if _, err := tune.Load(folder, identity()); !errors.Is(err, tune.ErrNone) {
		t.Errorf("an empty folder: %v", err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := tune.Save(filepath.Join(file, "tune"), kept()); err == nil {
		t.Error("figures are kept below a file")
	}
	path := identity().Path(folder)
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if at, err := tune.Save(folder, kept()); err == nil || at != path {
		t.Errorf("a folder in the place of the figures: %q, %v", at, err)
	}
	if _, err := tune.Load(folder, identity()); err == nil || errors.Is(err, tune.ErrNone) {
		t.Errorf("a folder in the place of the figures: %v", err)
	}
}

func TestFiguresAreKeptInTheUsersFolderForCaches(t *testing.T) {
	cache := t.TempDir()
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, cache)
	}
	folder, err := tune.Folder()
	if err != nil {
		t.Fatal(err)
	}
	if inside, err := filepath.Rel(cache, folder); err != nil || !filepath.IsLocal(inside) || filepath.Base(folder) != "tune" {
		t.Errorf("figures are kept in %s, and caches in %s", folder, cache)
	}
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	if folder, err := tune.Folder(); err == nil {
		t.Errorf("without a folder of the user figures are kept in %s", folder)
	}
}

// Without another clock the time of each recipe is measured, and told as it goes on.
func TestRecipesAreMeasuredByTheClock(t *testing.T) {
	shapes := []tune.Shape{{N: 16, M: 8, Field: 4}}
	told := 0
	rows, err := tune.Recipes(context.Background(), selection(t).Single, nil, shapes, 1, tune.Options{
		Progress: func(done, total int) {
			if done != told || total != len(shapes) {
				t.Errorf("progress %d of %d", done, total)
			}
			told++
		},
	})
	if err != nil || told != len(shapes) {
		t.Fatalf("%v, told %d times", err, told)
	}
	for _, r := range rows {
		if r.Reason == "" && !(r.Measured > 0 && r.MeasuredOnce > 0) {
			t.Errorf("%s takes %v s, its plan %v s", r.Recipe, r.Measured, r.MeasuredOnce)
		}
	}
}

func TestAComparisonOfRecipesEndsWhenItIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tune.Recipes(ctx, selection(t).Double, nil, tune.Shapes()[:1], 1, tune.Options{Time: once(1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestAShapeIsWrittenAsTablesDo(t *testing.T) {
	if s := (tune.Shape{N: 1024, M: 156, Field: 25}).String(); s != "1024 → 156 over 25 λ/D" {
		t.Errorf("it is %q", s)
	}
}
