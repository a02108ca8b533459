using System.Globalization;
using System.Numerics;

namespace PantryChain.Preview;

/// <summary>One triangle; corners in millimetres, counter-clockwise seen from outside.</summary>
public readonly record struct Triangle(Vector3 A, Vector3 B, Vector3 C);

/// <summary>The triangles of an STL file as OpenSCAD writes it (text).</summary>
/// <remarks>Immutable and thread safe.</remarks>
public sealed class StlMesh
{
    private StlMesh(IReadOnlyList<Triangle> triangles)
    {
        Triangles = triangles;
        Least = triangles.SelectMany(Corners).Aggregate(Vector3.Min);
        Most = triangles.SelectMany(Corners).Aggregate(Vector3.Max);
    }

    /// <summary>The triangles in the order of the file.</summary>
    public IReadOnlyList<Triangle> Triangles { get; }

    /// <summary>Lowest coordinates.</summary>
    public Vector3 Least { get; }

    /// <summary>Highest coordinates.</summary>
    public Vector3 Most { get; }

    /// <summary>Width, depth and height in millimetres.</summary>
    public Vector3 Size => Most - Least;

    /// <summary>Enclosed volume in cubic centimetres, by the divergence theorem: a sixth of the triple products of all triangles.</summary>
    public double Volume => Triangles.Sum(triangle => (double)Vector3.Dot(triangle.A, Vector3.Cross(triangle.B, triangle.C))) / 6 / 1000;

    /// <summary>True when every edge is walked as often in one direction as in the other: the surface has no hole.</summary>
    public bool IsClosed
    {
        get
        {
            Dictionary<(Vector3, Vector3), int> walks = [];
            foreach (Triangle triangle in Triangles)
                foreach ((Vector3 from, Vector3 to) in ((Vector3, Vector3)[])[(triangle.A, triangle.B), (triangle.B, triangle.C), (triangle.C, triangle.A)])
                {
                    walks[(from, to)] = walks.GetValueOrDefault((from, to)) + 1;
                    walks[(to, from)] = walks.GetValueOrDefault((to, from)) - 1;
                }
            return walks.Values.All(balance => balance == 0);
        }
    }

    /// <summary>Reads a text STL.</summary>
    /// <exception cref="FormatException">It has no triangle, or one with other than three corners.</exception>
    public static StlMesh Read(string path)
    {
        List<Vector3> corners = [];
        foreach (string line in File.ReadLines(path))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["vertex", var x, var y, var z])
                corners.Add(new Vector3(Number(x), Number(y), Number(z)));
        }
        if (corners.Count == 0 || corners.Count % 3 != 0)
            throw new FormatException($"{path} is no text STL: it has {corners.Count} corners. Export it with 'openscad -o {Path.GetFileName(path)} NAME.scad'.");
        return new StlMesh([.. corners.Chunk(3).Select(three => new Triangle(three[0], three[1], three[2]))]);
    }

    private static Vector3[] Corners(Triangle triangle) => [triangle.A, triangle.B, triangle.C];

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);
}
