using System.Numerics;

namespace PantryChain.Preview;

/// <summary>Renders a mesh as seen from above at the front left, in parallel projection, with the edges drawn where the surface bends.</summary>
/// <remarks>A depth buffer at twice the size, averaged down. The same mesh always gives the same picture.</remarks>
public static class Camera
{
    private const int Fine = 2; // samples per pixel and direction
    private const float BendingAngle = 0.9f; // cosine below which two neighbouring surfaces meet in an edge
    private static readonly Vector3 Paper = new(251, 250, 246), Line = new(52, 60, 74), Body = new(126, 160, 196);
    private static readonly Vector3 Light = Vector3.Normalize(new Vector3(-0.45f, -0.75f, 1.0f));

    /// <summary>The picture as RGB rows.</summary>
    public static byte[] Render(StlMesh mesh, int width, int height, double turn = 35, double tilt = 28)
    {
        int w = width * Fine, h = height * Fine;
        float[] depth = new float[w * h];
        Vector3[] normals = new Vector3[w * h];
        Array.Fill(depth, float.NegativeInfinity);
        Matrix4x4 view = ViewOf(mesh, w, h, turn, tilt, out Vector3 toEye);
        foreach (Triangle triangle in mesh.Triangles)
            Fill(triangle, view, toEye, w, h, depth, normals);
        return Shrink(Shade(depth, normals, w, h), width, height);
    }

    private static Matrix4x4 ViewOf(StlMesh mesh, int w, int h, double turn, double tilt, out Vector3 toEye)
    {
        double a = turn * Math.PI / 180, b = tilt * Math.PI / 180;
        Vector3 right = new((float)Math.Cos(a), (float)-Math.Sin(a), 0);
        toEye = new((float)(-Math.Sin(a) * Math.Cos(b)), (float)(-Math.Cos(a) * Math.Cos(b)), (float)Math.Sin(b));
        Vector3 up = Vector3.Cross(toEye, right);
        up = up.Z < 0 ? -up : up;
        Vector2 least = new(float.MaxValue), most = new(float.MinValue);
        foreach (Triangle triangle in mesh.Triangles)
            foreach (Vector3 corner in (Vector3[])[triangle.A, triangle.B, triangle.C])
            {
                Vector2 seen = new(Vector3.Dot(corner, right), Vector3.Dot(corner, up));
                (least, most) = (Vector2.Min(least, seen), Vector2.Max(most, seen));
            }
        Vector2 size = most - least;
        float scale = Math.Min(w * 0.9f / size.X, h * 0.9f / size.Y);
        float dx = (w / 2f) - (scale * (least.X + most.X) / 2), dy = (h / 2f) + (scale * (least.Y + most.Y) / 2);
        return new Matrix4x4(
            right.X * scale, -up.X * scale, toEye.X * scale, 0, right.Y * scale, -up.Y * scale, toEye.Y * scale, 0,
            right.Z * scale, -up.Z * scale, toEye.Z * scale, 0, dx, dy, 0, 1);
    }

    private static void Fill(Triangle triangle, Matrix4x4 view, Vector3 toEye, int w, int h, float[] depth, Vector3[] normals)
    {
        Vector3 normal = Vector3.Normalize(Vector3.Cross(triangle.B - triangle.A, triangle.C - triangle.A));
        if (float.IsNaN(normal.X) || Vector3.Dot(normal, toEye) <= 0)
            return;
        Vector3 a = Vector3.Transform(triangle.A, view), b = Vector3.Transform(triangle.B, view), c = Vector3.Transform(triangle.C, view);
        float area = ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
        int left = Math.Max(0, (int)Math.Min(a.X, Math.Min(b.X, c.X))), right = Math.Min(w - 1, (int)Math.Max(a.X, Math.Max(b.X, c.X)) + 1);
        int top = Math.Max(0, (int)Math.Min(a.Y, Math.Min(b.Y, c.Y))), bottom = Math.Min(h - 1, (int)Math.Max(a.Y, Math.Max(b.Y, c.Y)) + 1);
        for (int y = top; y <= bottom; y++)
            for (int x = left; x <= right; x++)
            {
                float u = (((b.X - x) * (c.Y - y)) - ((b.Y - y) * (c.X - x))) / area, v = (((c.X - x) * (a.Y - y)) - ((c.Y - y) * (a.X - x))) / area;
                float z = (u * a.Z) + (v * b.Z) + ((1 - u - v) * c.Z);
                if (u < 0 || v < 0 || u + v > 1 || z <= depth[(y * w) + x])
                    continue;
                depth[(y * w) + x] = z;
                normals[(y * w) + x] = normal;
            }
    }

    private static Vector3[] Shade(float[] depth, Vector3[] normals, int w, int h)
    {
        Vector3[] picture = new Vector3[w * h];
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
            {
                int at = (y * w) + x;
                bool edge = IsEdge(at, x + 1 < w ? at + 1 : at) || IsEdge(at, y + 1 < h ? at + w : at) || IsEdge(at, x > 0 ? at - 1 : at) || IsEdge(at, y > 0 ? at - w : at);
                picture[at] = edge ? Line : float.IsNegativeInfinity(depth[at]) ? Paper : Body * (0.62f + (0.5f * Math.Max(0, Vector3.Dot(normals[at], Light))));
            }
        return picture;

        bool IsEdge(int one, int other)
        {
            bool here = !float.IsNegativeInfinity(depth[one]), there = !float.IsNegativeInfinity(depth[other]);
            return here != there ? here : here && (Vector3.Dot(normals[one], normals[other]) < BendingAngle || (depth[one] - depth[other] > 14 && Vector3.Dot(normals[one], normals[other]) > 0.99f));
        }
    }

    private static byte[] Shrink(Vector3[] picture, int width, int height)
    {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                Vector3 sum = Vector3.Zero;
                for (int i = 0; i < Fine * Fine; i++)
                    sum += picture[(((y * Fine) + (i / Fine)) * width * Fine) + (x * Fine) + (i % Fine)];
                sum = Vector3.Clamp(sum / (Fine * Fine), Vector3.Zero, new Vector3(255));
                int at = ((y * width) + x) * 3;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)sum.X, (byte)sum.Y, (byte)sum.Z);
            }
        return rgb;
    }
}
