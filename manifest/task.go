package manifest

import "strconv"

// A Task says what a model is for and how a host feeds it and reads it, so that
// a page can run it without code from the author. All numbers are strings.
type Task struct {
	ID     string      // "face-detection"
	Image  *ImageInput // how a picture becomes the input tensor, optional
	Params []Param     // what the task's post-processing needs, sorted by key
}

// An ImageInput says how a picture becomes a float32 tensor. For each channel c
// of each pixel with value b (0 to 255):
//
//	x = (Low + (High-Low)*b/255 - Mean[c]) / Std[c]
type ImageInput struct {
	Name   string // of the graph input
	Layout string // NHWC, NCHW
	Color  string // RGB, BGR, GRAY
	Width  int64  // pixels
	Height int64
	Resize string   // letterbox, stretch, cover
	Low    string   // decimal: what byte 0 becomes
	High   string   // decimal: what byte 255 becomes
	Mean   []string // decimals, one per channel; optional, both or neither
	Std    []string
}

// A Param is one named setting of a task.
type Param struct {
	Key, Value string
}

// Param returns the value of a key, or "".
func (t *Task) Param(key string) string {
	for _, p := range t.Params {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

func (t *Task) fields(c *codec) {
	c.object(func() {
		c.text("id", &t.ID)
		c.field("image", false, t.Image != nil, func() {
			if !c.writing {
				t.Image = &ImageInput{}
			}
			t.Image.fields(c)
		})
		c.list("params", false, MaxParams, len(t.Params), func(i int) {
			if !c.writing {
				t.Params = append(t.Params, Param{})
			}
			p := &t.Params[i]
			c.object(func() {
				c.text("key", &p.Key)
				c.text("value", &p.Value)
			})
		})
	})
}

func (in *ImageInput) fields(c *codec) {
	c.object(func() {
		c.text("color", &in.Color)
		c.integer("height", &in.Height)
		c.text("high", &in.High)
		c.text("layout", &in.Layout)
		c.text("low", &in.Low)
		c.strings("mean", &in.Mean, maxChannels)
		c.text("name", &in.Name)
		c.text("resize", &in.Resize)
		c.strings("std", &in.Std, maxChannels)
		c.integer("width", &in.Width)
	})
}

const (
	maxChannels  = 3
	maxImageSide = 8192 // pixels: a float32 RGB input of that size is 805 MB, more than a page can give
)

func (t *Task) check() error {
	if err := checkSlug("task.id", t.ID); err != nil {
		return err
	}
	if t.Image != nil {
		if err := t.Image.check(); err != nil {
			return err
		}
	}
	if len(t.Params) > MaxParams {
		return tooMany("task.params", MaxParams)
	}
	for i, p := range t.Params {
		at := "task.params[" + strconv.Itoa(i) + "]"
		if err := checkSlug(at+".key", p.Key); err != nil {
			return err
		}
		if i > 0 && t.Params[i-1].Key >= p.Key {
			return refuse(ErrOrder, at+".key", quote(p.Key))
		}
		if err := checkText(at+".value", p.Value, 1, maxParamValue, false); err != nil {
			return err
		}
	}
	return nil
}

func (in *ImageInput) check() error {
	const at = "task.image."
	if err := checkText(at+"name", in.Name, 1, maxTensorName, false); err != nil {
		return err
	}
	channels := maxChannels
	if in.Color == "GRAY" {
		channels = 1
	}
	switch {
	case !oneOf(in.Layout, "NHWC", "NCHW"):
		return refuse(ErrValue, at+"layout", quote(in.Layout))
	case !oneOf(in.Color, "RGB", "BGR", "GRAY"):
		return refuse(ErrValue, at+"color", quote(in.Color))
	case !oneOf(in.Resize, "letterbox", "stretch", "cover"):
		return refuse(ErrValue, at+"resize", quote(in.Resize))
	case in.Width < 1 || in.Width > maxImageSide:
		return refuse(ErrValue, at+"width", strconv.FormatInt(in.Width, 10))
	case in.Height < 1 || in.Height > maxImageSide:
		return refuse(ErrValue, at+"height", strconv.FormatInt(in.Height, 10))
	case !isDecimal(in.Low):
		return refuse(ErrValue, at+"low", quote(in.Low))
	case !isDecimal(in.High):
		return refuse(ErrValue, at+"high", quote(in.High))
	case len(in.Mean) != len(in.Std):
		return refuse(ErrValue, at+"std", "mean and std come together")
	case len(in.Mean) != 0 && len(in.Mean) != channels:
		return refuse(ErrValue, at+"mean", "one per channel")
	}
	for i := range in.Mean {
		if !isDecimal(in.Mean[i]) {
			return refuse(ErrValue, at+"mean["+strconv.Itoa(i)+"]", quote(in.Mean[i]))
		}
		if s := in.Std[i]; !isDecimal(s) || s == "0" || s[0] == '-' {
			return refuse(ErrValue, at+"std["+strconv.Itoa(i)+"]", quote(s))
		}
	}
	return nil
}
