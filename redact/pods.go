package redact

import "strings"

// places in which a pod or a namespace of Kubernetes stands in a text:
//
//	pod ziti-controller-0    [pod/ziti-controller-0/controller] …    namespace "acme-prod"
//	ziti-controller-0_acme-prod_controller-4f2c….log
var (
	podText       = later(`\b(?i:pods?(?: named)?)[ /:="'\[]{1,3}([a-z0-9][a-z0-9.]*-[a-z0-9.\-]*[a-z0-9])`)
	namespaceText = later(`\b(?i:namespaces?)[ /:="'\[]{1,3}([a-z0-9][a-z0-9\-]*[a-z0-9])(?:[\s"'\]/,;)]|$)`)
	containerLog  = later(`\b([a-z0-9][a-z0-9.\-]*)_[a-z0-9][a-z0-9\-]*_[a-z0-9.\-]+-[0-9a-f]{64}\.log`)
	containerIn   = later(`\b[a-z0-9][a-z0-9.\-]*_([a-z0-9][a-z0-9\-]*)_[a-z0-9.\-]+-[0-9a-f]{64}\.log`)
)

// podsIn replaces the names of pods and namespaces in a text.
func (r *Redactor) podsIn(s string) string {
	low := strings.ToLower(s)
	if strings.Contains(s, ".log") && strings.Count(s, "_") >= 2 {
		s = r.replace(s, containerIn, func(v string) string { return r.pod(Namespace, v) })
		s = r.replace(s, containerLog, func(v string) string { return r.pod(Pod, v) })
	}
	if strings.Contains(low, "pod") {
		s = r.replace(s, podText, func(v string) string { return r.pod(Pod, v) })
	}
	if strings.Contains(low, "namespace") {
		s = r.replace(s, namespaceText, func(v string) string {
			if r.commonOnly(v) || proseWords[strings.ToLower(v)] || digits(v) {
				return v // an event's namespace, or prose
			}
			return r.pod(Namespace, v)
		})
	}
	return s
}

// pod gives the token of a pod or of a namespace. A name that is made of OpenZiti's own words, such as
// ziti-controller, is not searched for elsewhere: its messages say it, too.
func (r *Redactor) pod(c Class, v string) string {
	if emptyValue(v) || r.stays(c, v) {
		return v
	}
	if r.commonOnly(v) && !strings.ContainsAny(v, "0123456789") {
		r.count(c, 1)
		return r.book.token(c, v)
	}
	return r.put(c, v)
}

// podField redacts the value of a key that holds a pod or a namespace: acme-prod/ziti-controller-0 is both.
func (r *Redactor) podField(c Class, s string, depth int) string {
	if len(s) > 253 || strings.ContainsAny(s, " \n{}\"") {
		return r.text(s, depth+1)
	}
	if area, name, both := strings.Cut(s, "/"); both && c == Pod && !strings.Contains(name, "/") {
		return r.pod(Namespace, area) + "/" + r.pod(Pod, name)
	}
	return r.pod(c, s)
}

// ofPod says whether an object describes a pod, so that its "namespace" is one of Kubernetes and no event's.
func (r *Redactor) ofPod(ms []member) bool {
	if r.mode < Strict {
		return false
	}
	for _, m := range ms {
		if r.classOf(m.key) == Pod {
			return true
		}
	}
	return false
}
